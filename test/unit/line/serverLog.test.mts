import { requestsTable } from '../../bench/realLine/serverLog.mts';

/** As nginx writes it: in the order in which requests end. */
const LOG = `/small.zip 999.900 0.300 1 200 1048576 100400 "-"
/package.zip 1002.500 1.500 3 206 4194304 100200 "bytes=8388608-12582911"
/package.zip 1004.000 3.500 2 200 2097152 101000 "-"
`;

describe('what the server of a real line has written down', () => {
	test('becomes a table of who got which range when, in the order in which they began', () => {
		const [, , ...rows] = requestsTable(LOG, '/package.zip').split('\n');
		expect(rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()))).toEqual([
			['2', '0.00', '3.50', '200', '0.0–', '2.0', '0.60', '101'],
			['3', '0.50', '2.00', '206', '8.0–12.0', '4.0', '2.80', '100'],
		]);
	});

	test('is a head without rows where nothing was asked for', () => {
		expect(requestsTable('', '/package.zip').split('\n')).toHaveLength(2);
	});
});
