import type { SandboxHandle } from '../../sandbox/client.mts';
import type { CredentialInput } from './n8nTypes.mts';

/** The credential for a sandbox, with the right key unless said otherwise, under the name that n8n proposes for it. */
export function pixxelCredential({ url, keys }: Pick<SandboxHandle, 'url' | 'keys'>, apiKey: string = keys.valid, name = 'Pixxel account'): CredentialInput {
	return { name, type: 'pixxelApi', data: { apiKey, authScheme: 'apiKey', baseUrl: url } };
}
