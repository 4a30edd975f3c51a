/** What a list of bytes has in it. */
const isByte = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;

/**
 * A field that Pixxel documents as a list of numbers: the bytes of a JSON text, as a server written in Go describes
 * JSON that it passes on. What may as well arrive as that JSON itself, or be something else, stays as it is.
 */
export function decodeJsonBytes(value: unknown): unknown {
	if (!Array.isArray(value) || value.length === 0 || !value.every(isByte)) return value;
	try {
		return JSON.parse(Buffer.from(value).toString('utf8'));
	} catch {
		return value;
	}
}
