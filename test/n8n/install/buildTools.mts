import { existsSync } from 'node:fs';

import { aptGet, installDebianPackages, starts } from './debianPackages.mts';
import type { Report } from '../process/runCommand.mts';

/** What compiling SQLite for Node takes: each tool, and the names it goes by. */
const TOOLS: Record<string, readonly string[]> = {
	'a C++ compiler': ['g++', 'c++', 'clang++'],
	make: ['make', 'gmake'],
	'Python 3': ['python3', 'python'],
};

const DEBIAN_PACKAGES = ['build-essential', 'python3'];

/** The tools this machine lacks for compiling a native module, in plain words. */
export function missingBuildTools(): string[] {
	// Windows has its compilers elsewhere; node-gyp finds them, or says itself what to install.
	if (process.platform === 'win32') return [];
	return Object.keys(TOOLS).filter((tool) => !TOOLS[tool]?.some(starts));
}

/** How to get them, as a sentence for a message. */
export function buildToolsCure(): string {
	if (process.platform === 'darwin') return 'Install them with: xcode-select --install';
	if (existsSync('/etc/alpine-release')) return 'Install them with: apk add build-base python3';
	return `Install them with ${aptGet(DEBIAN_PACKAGES) ?? 'the package manager of this system'}.`;
}

/** Installs them where that needs no questions. Says whether it did. */
export async function installBuildTools(report: Report): Promise<boolean> {
	return await installDebianPackages('compilers for SQLite', DEBIAN_PACKAGES, report);
}
