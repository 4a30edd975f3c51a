import { childEnvironment } from '../install/npm.mts';
import type { N8nRelease } from '../install/versions.mts';

/** Everything n8n would otherwise ask of servers on the internet, or show instead of the editor. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
};

/** The environment of an n8n process that keeps to itself: one user folder, loopback only, no calls home. */
export function n8nEnvironment(release: N8nRelease, userFolder: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	return childEnvironment({
		...QUIET,
		...(release.disabledModules.length > 0 && { N8N_DISABLED_MODULES: release.disabledModules.join(',') }),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		// Without HTTPS a browser would not send a secure cookie back.
		N8N_SECURE_COOKIE: 'false',
		// A proxy for the internet knows nothing of servers on this machine.
		NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(','),
		...extra,
	});
}
