/**
 * Takes secrets out of text that came from outside (an error body, an exception's message) before a
 * person or a log sees it: the API key, and every link with a query, since a signed URL is one.
 */
export function redact(text: string, apiKey?: string): string {
	const withoutLinks = text.replace(/https?:\/\/[^\s"'<>]*\?[^\s"'<>]*/gi, '[link removed]');
	const key = apiKey?.trim().replace(/^bearer\s+/i, '');
	return key ? withoutLinks.split(key).join('[key removed]') : withoutLinks;
}
