const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src } = require('gulp');

const clean = () => rm('dist', { recursive: true, force: true });

const compile = () => spawn(process.execPath, [require.resolve('typescript/bin/tsc')], { stdio: 'inherit' });

/** What tsc does not carry over: icons, and the codex files that place the nodes in n8n's node panel. */
const copyAssets = () =>
	src(['nodes/**/*.{svg,json}'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.default = series(clean, parallel(compile, copyAssets));
