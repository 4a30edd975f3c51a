import { nginxArgs, nginxConfiguration } from './nginx.mts';

/** Where a server runs. */
export interface Place {
	port: number;
	/** Its own, for what it writes. */
	folder: string;
	/** Where the packages lie. */
	packages: string;
	/** The port of the nginx that hands them out as they are. */
	originPort: number;
}

/** A server of packages, as people run it. */
export interface WebServer {
	name: string;
	/** The program, and Debian's package that it comes in. */
	program: string;
	debianPackage: string;
	/** Its configuration, for a server that takes it from a file. */
	configuration?: (place: Place) => string;
	/** What it is started with: in the foreground, to end with who started it. */
	args: (place: Place, configurationFile: string) => string[];
	/** Hands out nothing but whole packages. */
	onlyWhole?: boolean;
}

/** @param location how it answers; `http`: what stands above that */
function nginx(name: string, location: (place: Place) => string, http: (place: Place) => string = () => ''): WebServer {
	return {
		name,
		program: 'nginx',
		debianPackage: 'nginx',
		configuration: (place) => nginxConfiguration(`127.0.0.1:${place.port}`, place.folder, location(place), `access_log off;\n\t${http(place)}`),
		args: (_place, file) => nginxArgs(file),
	};
}

const fromFolder = ({ packages }: Place) => `root ${packages};`;
const fromOrigin = ({ originPort }: Place) => `proxy_pass http://127.0.0.1:${originPort};`;
const cache = ({ folder }: Place) => `proxy_cache_path ${folder}/cache keys_zone=packages:1m;`;

/** As root, it hands its work over to a user of Debian's, who has to be able to read the packages. */
function apache(name: string, modules: string[], directives: string): WebServer {
	return {
		name,
		program: 'apache2',
		// Without the service.
		debianPackage: 'apache2-bin',
		configuration: ({ port, folder, packages }) => `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog /dev/stderr
ServerName localhost
Listen 127.0.0.1:${port}
${['mpm_event', 'authz_core', ...modules].map((each) => `LoadModule ${each}_module /usr/lib/apache2/modules/mod_${each}.so`).join('\n')}
User www-data
Group www-data
DocumentRoot ${packages}
${directives}
`,
		args: (_place, file) => ['-D', 'FOREGROUND', '-f', file],
	};
}

const lighttpd: WebServer = {
	name: 'lighttpd',
	program: 'lighttpd',
	debianPackage: 'lighttpd',
	configuration: ({ port, folder, packages }) => `
server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${packages}"
server.upload-dirs = ( "${folder}" )
mimetype.assign = ( ".zip" => "application/zip" )
`,
	args: (_place, file) => ['-D', '-f', file],
};

const caddy: WebServer = {
	name: 'Caddy',
	program: 'caddy',
	debianPackage: 'caddy',
	configuration: ({ port, packages }) => `{
	admin off
	auto_https off
}
http://127.0.0.1:${port} {
	bind 127.0.0.1
	root * ${packages}
	file_server
}
`,
	args: (_place, file) => ['run', '--adapter', 'caddyfile', '--config', file],
};

const haproxy: WebServer = {
	name: 'HAProxy in front of nginx',
	program: 'haproxy',
	debianPackage: 'haproxy',
	configuration: ({ port, originPort }) => `
defaults
	mode http
	timeout connect 10s
	timeout client 60s
	timeout server 60s
listen packages
	bind 127.0.0.1:${port}
	server nginx 127.0.0.1:${originPort}
`,
	args: (_place, file) => ['-db', '-f', file],
};

const varnish: WebServer = {
	name: 'Varnish in front of nginx',
	program: 'varnishd',
	debianPackage: 'varnish',
	args: ({ port, folder, originPort }) => [
		...['-F', '-j', 'none', '-n', folder, '-T', 'none', '-s', 'malloc,256m'],
		...['-a', `127.0.0.1:${port}`, '-b', `127.0.0.1:${originPort}`],
	],
};

/** The one that others stand in front of. */
export const ORIGIN = nginx('nginx', fromFolder);

export const WEB_SERVERS: WebServer[] = [
	ORIGIN,
	nginx('nginx that grants three connections', (place) => `limit_conn all 3;\n\t\t\t${fromFolder(place)}`, () => 'limit_conn_zone $server_name zone=all:1m;'),
	{ ...nginx('nginx without ranges', (place) => `max_ranges 0;\n\t\t\t${fromFolder(place)}`), onlyWhole: true },
	nginx(
		'nginx with a cache, in front of nginx',
		(place) => `proxy_cache packages;\n\t\t\tproxy_cache_valid 1h;\n\t\t\t${fromOrigin(place)}`,
		cache,
	),
	nginx(
		'nginx with a cache of slices, in front of nginx',
		(place) => `slice 1m;
			proxy_cache packages;
			proxy_cache_key $request_uri$slice_range;
			proxy_cache_valid 200 206 1h;
			proxy_set_header Range $slice_range;
			${fromOrigin(place)}`,
		cache,
	),
	apache('Apache httpd', [], ''),
	apache('Apache httpd that compresses where it is asked to', ['filter', 'deflate'], 'SetOutputFilter DEFLATE'),
	{
		...apache('Apache httpd that compresses whatever it is asked', ['filter', 'deflate', 'env'], 'SetOutputFilter DEFLATE\nSetEnv force-gzip 1'),
		onlyWhole: true,
	},
	lighttpd,
	caddy,
	haproxy,
	varnish,
];

/** Debian keeps servers outside the PATH of people. */
export const SERVER_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];
