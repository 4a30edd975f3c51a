/** A request the API refuses, in the terms of the documented envelope `{error: {code, message, details}}`. */
export class Refusal extends Error {
	readonly status: number;
	readonly code: string;
	readonly details: unknown;
	readonly headers: Record<string, string>;

	constructor(
		status: number,
		code: string,
		message: string,
		details: unknown = null,
		headers: Record<string, string> = {},
	) {
		super(message);
		this.status = status;
		this.code = code;
		this.details = details;
		this.headers = headers;
	}

	get envelope() {
		return { error: { code: this.code, message: this.message, details: this.details } };
	}
}

export const badRequest = (message: string, details?: unknown) => new Refusal(400, 'bad_request', message, details);

export const notFound = (what: string, id: string, where = '') =>
	new Refusal(404, 'not_found', `${what} ${id} was not found${where}`, { [what]: id });

export const forbidden = (message: string) => new Refusal(403, 'forbidden', message);
