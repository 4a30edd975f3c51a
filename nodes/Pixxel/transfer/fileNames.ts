/** The last part of what may be a path on any system. Empty for what names no file. */
export function baseName(name: string): string | undefined {
	const base = name
		.split(/[\\/]/)
		.at(-1)
		?.replace(/\p{Cc}/gu, '')
		.trim();
	return base && base !== '.' && base !== '..' ? base : undefined;
}

/** Characters that some system does not allow in the name of a file. */
const RESERVED_CHARACTERS = /[\\/:*?"<>|]/g;

/** A text, e.g. "NDVI: north/south", as any system takes it in the name of a file: "NDVI- north-south". */
export const inFileName = (text: string) => text.replace(RESERVED_CHARACTERS, '-');
