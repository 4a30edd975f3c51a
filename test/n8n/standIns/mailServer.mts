import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail server of our own: it takes every message from anybody, the oldest first in `mails`, and delivers none. */
export async function startMailServer() {
	const mails: ParsedMail[] = [];
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS', 'AUTH'],
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
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.server.address() as AddressInfo;
	return { port, mails, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
