import { Failure } from '../ground/failure';
import { shown } from '../ground/shown';

/** Names that a message shows of all that are there. */
const MOST_SHOWN = 10;

/** What a file is told by. */
interface Named {
	/** Its path in the package, with slashes. */
	path: string;
}

/** The last part of a path. */
const nameIn = (path: string) => path.split('/').at(-1) ?? '';

/**
 * The files that the user wants.
 *
 * @param patterns separated by commas or line breaks; none means all. `*` stands for any part of a name, `**` for any folders, `?`
 *   for one character. Without a slash, a pattern looks at names in any folder. A pattern that is exactly the path of a file means
 *   that file, whatever signs it holds.
 * @throws Failure where there are none, which says what there is
 */
export function wantedFiles<T extends Named>(files: readonly T[], patterns: string): T[] {
	const paths = new Set(files.map(({ path }) => path));
	const wants = split(patterns, paths).map((pattern) => matcherOf(pattern, paths));
	const wanted = wants.length === 0 ? [...files] : files.filter(({ path }) => wants.some((matches) => matches(path)));
	if (wanted.length > 0) return wanted;
	if (files.length === 0) throw new Failure('The package holds no files', 'Look at the task in Aurora: what did it make?');
	const some = files.slice(0, MOST_SHOWN).map(({ path }) => shown(path));
	const more = files.length > MOST_SHOWN ? `, and ${files.length - MOST_SHOWN} more` : '';
	throw new Failure(
		`No file in the package matches "${shown(patterns.trim())}"`,
		`There are: ${some.join(', ')}${more}. Correct the patterns under "Files", e.g. *.tif, *.png or folder/**, or leave them empty for all files.`,
	);
}

/** Paths may hold commas and line breaks: what is one as it stands is not taken apart. */
function split(patterns: string, paths: Set<string>): string[] {
	if (paths.has(patterns)) return [patterns];
	const most = [...paths].reduce((parts, path) => Math.max(parts, path.split(',').length), 1);
	return patterns.split(/\r?\n/).flatMap((line) => splitLine(line.split(','), most, paths)).filter(Boolean);
}

/** @param most parts that a path can have */
function splitLine(parts: string[], most: number, paths: Set<string>): string[] {
	const found: string[] = [];
	for (let at = 0; at < parts.length; ) {
		let end = Math.min(parts.length, at + most);
		const joined = () => parts.slice(at, end).join(',').trim();
		while (end > at + 1 && !paths.has(joined())) end--;
		found.push(joined());
		at = end;
	}
	return found;
}

function matcherOf(pattern: string, paths: Set<string>): (path: string) => boolean {
	if (paths.has(pattern)) return (path) => path === pattern;
	// "é" is one sign or two, by who wrote it: macOS takes it apart.
	const whole = (text: string) => text.normalize('NFC');
	// "/a/*.tif" and "./a/*.tif" are meant as "a/*.tif", and "a/" as all that is in it.
	const plain = whole(pattern).replace(/^\.?\/+/, '').replace(/\/$/, '/**');
	const expression = new RegExp(`^${expressionOf(plain)}$`, 'isu');
	return plain.includes('/') ? (path) => expression.test(whole(path)) : (path) => expression.test(whole(nameIn(path)));
}

function expressionOf(pattern: string): string {
	const signs: Record<string, string> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
	return pattern
		.split(/(\*\*+\/|\*\*+|\*|\?)/)
		.map((part) => signs[part.replace(/\*{3,}/, '**')] ?? part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
		.join('');
}
