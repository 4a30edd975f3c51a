import { Failure } from '../../errors/Failure';
import { printable } from '../../errors/printable';

const FETCH_WHOLE = 'Choose "File" under "Output" to fetch the package as it is.';
const REQUEST_AGAIN = `No file was output. Run the node again; if it happens again, request the package again in Aurora. ${FETCH_WHOLE}`;

/** Of a package at whose end there is no ZIP record. */
export function notAZip(): Failure {
	return new Failure('The package is not a ZIP archive', `Its single files cannot be told apart. ${FETCH_WHOLE}`);
}

/** @param why e.g. "it ends in the middle of an entry" */
export function damagedDirectory(why: string): Failure {
	return new Failure(`The list of files in the package is damaged: ${why}`, REQUEST_AGAIN);
}

/** @param why e.g. "it has more than 64 MiB" */
export function directoryTooLong(why: string): Failure {
	return new Failure(`The list of files in the package is too long to be read here: ${why}`, `Unpack it elsewhere. ${FETCH_WHOLE}`);
}

/** @param what e.g. "does not have the checksum that it is said to have" */
export function damagedFile(path: string, what: string): Failure {
	return new Failure(`"${printable(path)}" in the package ${what}`, REQUEST_AGAIN);
}

/** @param what e.g. "is encrypted" */
export function cannotUnpack(path: string, what: string): Failure {
	return new Failure(
		`"${printable(path)}" in the package ${what}`,
		`Leave it out by the patterns under "Files", and unpack it elsewhere. ${FETCH_WHOLE}`,
	);
}
