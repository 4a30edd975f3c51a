/** Links with a query, also as JSON or another link may quote them; and what is left of one without its beginning. */
const LINKS = [
	/https?:(?:\\?\/){2}[^\s"<>]*\?[^\s"<>]*/gi,
	/https?%3A%2F%2F[^\s"<>]*%3F[^\s"<>]*/gi,
	/[^\s"<>]*(?:[?&]|%3F|%26)(?:X-Amz-|X-Goog-|Signature|sig)[^\s"<>]*/gi,
];

/**
 * Takes secrets out of text that came from outside (an error body, a status, an exception's message) before a
 * person or a log sees it: the API key, and every link with a query, since a signed URL is one.
 */
export function redact(text: string, apiKey?: string): string {
	const withoutLinks = LINKS.reduce((left, link) => left.replace(link, '[link removed]'), text);
	const key = apiKey?.trim().replace(/^bearer\s+/i, '');
	if (!key) return withoutLinks;
	return [key, encodeURIComponent(key)].reduce((left, secret) => left.split(secret).join('[key removed]'), withoutLinks);
}
