import { join } from 'node:path';

/**
 * The folder of the checkout: all commands are started there, test/run.mjs sees to that. Not from `import.meta`: these files
 * also run compiled to CommonJS, which has none.
 */
export const projectRoot = () => process.cwd();

/** Where everything lives that a real n8n needs: its installation, its data, its logs. Safe to delete as a whole. */
export const runFolder = (...inside: string[]) => join(projectRoot(), '.n8n-run', ...inside);

/**
 * The folder in which one n8n keeps its database, files, community nodes and caches. Below a `node_modules`, because n8n's
 * linter takes on every JavaScript file outside one, and the editor's bundles are thousands.
 */
export const n8nUserFolder = (name: string) => runFolder('node_modules', name);
