/** The numbers of the ZIP format, by their names in PKWARE's APPNOTE.TXT. */

export const LOCAL_HEADER_SIGNATURE = 0x04034b50;
export const CENTRAL_HEADER_SIGNATURE = 0x02014b50;
export const ZIP64_EOCD_SIGNATURE = 0x06064b50;
export const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
/** End of central directory. */
export const EOCD_SIGNATURE = 0x06054b50;

/** Bytes of the records, without what is of variable length at their ends. */
export const LOCAL_HEADER_BYTES = 30;
export const CENTRAL_HEADER_BYTES = 46;
export const ZIP64_EOCD_BYTES = 56;
export const ZIP64_LOCATOR_BYTES = 20;
export const EOCD_BYTES = 22;
/** After the data, a data descriptor may follow: sizes and checksum that were not known before it. */
export const MAX_DESCRIPTOR_BYTES = 24;

export const ENCRYPTED_FLAG = 1;
export const DESCRIPTOR_FLAG = 1 << 3;
export const UTF8_FLAG = 1 << 11;

export const STORED = 0;
export const DEFLATED = 8;

/** A signature as it stands in the archive. */
export function signatureBytes(signature: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(signature);
	return bytes;
}

/** What does not fit into the format's 32 bits, outside of ZIP64. */
export const GIB_4 = 2 ** 32;
