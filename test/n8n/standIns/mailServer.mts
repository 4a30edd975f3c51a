import type { AddressInfo } from 'node:net';

import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

/** Who may send. */
export const MAIL_USER = { user: 'sender', password: 'Mail-password-1' } as const;

/** A mail server of our own: it takes every message, the oldest first in `mails`, and delivers none. */
export async function startMailServer() {
	const mails: ParsedMail[] = [];
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		onAuth({ username, password }, _session, callback) {
			const right = username === MAIL_USER.user && password === MAIL_USER.password;
			callback(right ? null : new Error('Wrong user or password'), right ? { user: username } : undefined);
		},
		onData(stream, _session, callback) {
			simpleParser(stream).then(
				(mail) => {
					mails.push(mail);
					callback();
				},
				(error: Error) => callback(error),
			);
		},
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.server.address() as AddressInfo;
	return { port, mails, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
