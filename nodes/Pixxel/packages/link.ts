import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import type { PackageSource } from './PackageSource';

/** A link that somebody else has asked for. It is a secret: no message has a part of it. */
function readLink(context: IExecuteSingleFunctions): string {
	const value: unknown = context.getNodeParameter('url', '');
	const link = typeof value === 'string' ? value.trim() : '';
	if (link === '') {
		throw new Failure('"Link" is empty', 'Give the link to a package, e.g. {{ $json.signed_url }}. If it comes from an expression, that found nothing for this item.');
	}
	if (URL.canParse(link) && /^https?:$/.test(new URL(link).protocol)) return link;
	throw new Failure('"Link" is not a web address', 'Give the whole link, as the node gave it that asked for the package, e.g. {{ $json.signed_url }}.');
}

/** A package whose link is known. Nobody is asked for it, and nobody can renew it. */
export const linkPackage: PackageSource = {
	request: async ({ context }) => ({ signed_url: readLink(context) }),
	noun: 'link',
	validate: (context) => void readLink(context),
	fileName: () => ({ id: 'package' }),
};
