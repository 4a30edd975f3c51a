import { Failure } from '../../errors/Failure';
import { printable } from '../../errors/printable';
import { folded, globOf, isGlob } from './globs';

/** Names that a message shows of all that are there. */
const MAX_SHOWN = 10;

/** Parts of a line that are tried as one path with commas in it. Without a bound, one path of thousands of commas takes hours. */
const MAX_PARTS = 64;

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
 * @param patterns separated by commas, semicolons or line breaks; none means all. `*` stands for any part of a name, `**` for any folders, `?`
 *   for one character. Without a slash, a pattern looks at names in any folder; with one in front, "/" or "./", it begins where the
 *   package does. A pattern that is exactly the path of a file means that file, whatever signs it holds.
 * @throws Failure where there are none, which says what there is
 */
export function selectFiles<T extends Named>(files: readonly T[], patterns: string): T[] {
	const paths = new Set(files.map(({ path }) => path));
	const wants = split(patterns, paths);
	const isWanted = matcherOf(wants, paths);
	const wanted = wants.length === 0 ? [...files] : files.filter(({ path }) => isWanted(path));
	if (wanted.length > 0) return wanted;
	if (files.length === 0) throw new Failure('The package holds no files', 'Look at the task or job in Aurora to see what it produced.');
	const some = files.slice(0, MAX_SHOWN).map(({ path }) => printable(path));
	const more = files.length > MAX_SHOWN ? `, and ${files.length - MAX_SHOWN} more` : '';
	throw new Failure(
		`No file in the package matches "${printable(patterns.trim())}"`,
		`${hintOn(wants, paths)}There are: ${some.join(', ')}${more}. Correct the patterns under "Files", e.g. *.tif, *.png or folder/**, or leave them empty for all files.`,
	);
}

/** What people write who mean something else. Empty, or a sentence with a blank behind it. */
function hintOn(wants: readonly string[], paths: Set<string>): string {
	const isFolder = (want: string) => !isGlob(want) && [...paths].some((path) => `/${folded(path)}`.includes(`/${folded(want)}/`));
	const folder = wants.slice(0, MAX_SHOWN).find(isFolder);
	if (folder !== undefined) return `"${printable(folder)}" is a folder: did you mean ${printable(folder)}/**? `;
	if (wants.some((want) => /^(["'`]).*\1$/.test(want))) return 'Patterns are written without quotation marks. ';
	if (wants.some((want) => /\S\s+\S*[*?]/.test(want))) return 'Separate patterns by commas. ';
	return '';
}

/** Paths may hold commas, semicolons and line breaks: what is one as it stands is not taken apart. */
function split(patterns: string, paths: Set<string>): string[] {
	if (paths.has(patterns)) return [patterns];
	const parts = [...paths].reduce((most, path) => Math.max(most, path.split(/[,;]/).length), 1);
	const most = Math.min(parts, MAX_PARTS);
	return patterns.split(/\r?\n/).flatMap((line) => splitLine(line.split(/([,;])/), most, paths)).filter(Boolean);
}

/**
 * @param tokens parts, and the separators between them
 * @param most parts that are tried as one path
 */
function splitLine(tokens: string[], most: number, paths: Set<string>): string[] {
	const parts = (tokens.length + 1) / 2;
	const found: string[] = [];
	for (let at = 0; at < parts; ) {
		let end = Math.min(parts, at + most);
		const joined = () => tokens.slice(2 * at, 2 * end - 1).join('').trim();
		while (end > at + 1 && !paths.has(joined())) end--;
		found.push(joined());
		at = end;
	}
	return found;
}

/** All patterns in one: there may be as many as files. */
function matcherOf(patterns: readonly string[], paths: Set<string>): (path: string) => boolean {
	const exact = new Set(patterns.filter((pattern) => paths.has(pattern)));
	// "é" is one sign or two, by who wrote it: macOS takes it apart. "a/" is meant as all that is in it.
	const plain = patterns.filter((pattern) => !exact.has(pattern)).map((pattern) => folded(pattern.normalize('NFC')).replace(/\/$/, '/**'));
	const inPaths = anyOf(plain.filter((pattern) => pattern.includes('/')).map((pattern) => pattern.replace(/^\.?\/+/, '')));
	const inNames = anyOf(plain.filter((pattern) => !pattern.includes('/')));
	return (path) => {
		if (exact.has(path)) return true;
		const whole = folded(path.normalize('NFC'));
		return inPaths(whole) || inNames(nameIn(whole));
	};
}

/** Patterns without signs are looked up: one by one, ten thousand of them take a minute. */
function anyOf(patterns: readonly string[]): (text: string) => boolean {
	const names = new Set(patterns.filter((pattern) => !isGlob(pattern)));
	const globs = [...new Set(patterns.filter(isGlob))].map(globOf);
	return (text) => names.has(text) || globs.some((matches) => matches(text));
}
