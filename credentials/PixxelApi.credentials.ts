import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

const MESSAGES: Record<number, string> = {
	401: 'Pixxel does not recognise this key (HTTP 401). Copy it again from Aurora, and choose "Bearer Token" under "Send As" if it is a personal access token.',
	403: 'Pixxel refuses this key (HTTP 403): it has expired, was revoked, or lacks the role to list workflows. Look it up in Aurora, or make a new one.',
	404: 'There is no Pixxel API at this address (HTTP 404). Check the Base URL.',
	429: 'Pixxel asks to slow down (HTTP 429). The key may be right: test it again in a minute.',
};
const REDIRECTS = [301, 302, 303, 307, 308];
const SERVER_ERRORS = [500, 502, 503, 504];
for (const code of REDIRECTS) MESSAGES[code] = `This address points somewhere else (HTTP ${code}). Correct the Base URL; the key was not sent on.`;
for (const code of SERVER_ERRORS) MESSAGES[code] = `Pixxel has trouble answering (HTTP ${code}). The key may be right: test it again later.`;

/** What a test of the credential says. n8n takes both kinds of rules together; its types, one at a time. */
const TEST_RULES = [
	...Object.entries(MESSAGES).map(([code, message]) => ({ type: 'responseCode', properties: { value: Number(code), message } })),
	{
		type: 'responseSuccessBody',
		properties: {
			// Which Pixxel's list of workflows has, and no web page.
			key: 'workflows',
			value: undefined,
			message: 'What answers at this address is not the Pixxel API: it sent no list of workflows. Check the Base URL.',
		},
	},
] as ICredentialTestRequest['rules'];

/**
 * One header, `Authorization`, in the two forms that Pixxel documents: the API key as it is, or a
 * personal access token as a Bearer token.
 */
export class PixxelApi implements ICredentialType {
	name = 'pixxelApi';

	displayName = 'Pixxel API';

	icon: Icon = { light: 'file:../nodes/Pixxel/pixxel.svg', dark: 'file:../nodes/Pixxel/pixxel.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-pixxel/n8n-nodes-pixxel';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'In Aurora: Workspace Settings, API tab; or Settings, Personal Access Tokens',
			description:
				'An API key (in Aurora: Workspace Settings, API tab) or a personal access token (in Aurora: Settings, Personal Access Tokens)',
		},
		{
			displayName: 'Send As',
			name: 'authScheme',
			type: 'options',
			options: [
				{
					name: 'API Key',
					value: 'apiKey',
					description: 'Sends the key as it is. For keys from the API tab.',
				},
				{
					name: 'Bearer Token',
					value: 'bearer',
					description: 'Sends "Bearer" before it. For personal access tokens.',
				},
			],
			default: 'apiKey',
			description: 'How the key is written into the Authorization header',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.pixxel.space',
			description: 'Change this only to reach Pixxel through a gateway of your own',
		},
	];

	/**
	 * A function, since it is called for each request: for the expression of a declarative credential, n8n needs a part of its engine that all
	 * polls of a workflow share, and takes that away from all of them when the first one is through.
	 */
	authenticate = async ({ apiKey, authScheme }: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> => {
		const key = String(apiKey ?? '').trim();
		const Authorization = authScheme === 'bearer' ? `Bearer ${key.replace(/^bearer\s+/i, '')}` : key;
		return { ...request, headers: { ...request.headers, Authorization } };
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/(\\/v0)?\\/*$/, "") }}',
			url: '/v0/workflows',
			qs: { limit: 1 },
			// n8n would carry the key along to wherever a redirect points.
			disableFollowRedirect: true,
		},
		rules: TEST_RULES,
	};
}
