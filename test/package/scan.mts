/**
 * n8n's own check of community packages, as its scanner does it after publishing: on the sources, and on what
 * is in the tarball. Inline exceptions do not count there.
 *
 * Usage: scan.mts <folder of the unpacked tarball>
 */
interface Scanner {
	analyzePackage(folder: string, patterns: string[]): Promise<{ passed: boolean; details?: string }>;
	SOURCE_FILE_PATTERNS: string[];
}

const [unpacked] = process.argv.slice(2);
if (unpacked === undefined) throw new Error('Name the folder of the unpacked tarball.');

// The package has no types: hence "as string", which keeps the compiler from looking for them.
const scannerModule = '@n8n/scan-community-package/scanner/scanner.mjs' as string;
const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(scannerModule)) as Scanner;
const results = {
	sources: await analyzePackage(process.cwd(), SOURCE_FILE_PATTERNS),
	tarball: await analyzePackage(unpacked, ['**/*.js', 'package.json']),
};
console.log(JSON.stringify(results, null, '\t'));
