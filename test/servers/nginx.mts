/** The folders that nginx makes for what it may have to put down: as packaged by Debian, where only root may write. */
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Where an nginx writes its process id, once it listens. */
export const pidFile = (folder: string) => `${folder}/pid`;

/** What nginx is started with, besides its configuration: its errors go to stderr before it has read where they go. */
export const nginxArgs = (configurationFile: string) => ['-e', 'stderr', '-c', configurationFile];

/**
 * An nginx in the foreground that writes into a folder of its own and nowhere else.
 *
 * @param listen address and port
 * @param location how it answers
 * @param http what stands above that
 */
export function nginxConfiguration(listen: string, folder: string, location: string, http: string): string {
	return `
daemon off;
user root;
pid ${pidFile(folder)};
error_log stderr warn;
events {}
http {
	default_type application/zip;
	${TEMPORARY.map((each) => `${each}_temp_path ${folder}/${each};`).join('\n\t')}
	${http}
	server {
		listen ${listen};
		location / {
			${location}
		}
	}
}
`;
}
