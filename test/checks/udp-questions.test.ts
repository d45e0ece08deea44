import { expect, test } from 'vitest';
import { UDP_QUESTIONS } from '../../scripts/checks/udp-questions.ts';

const payload = (port: number): Buffer => Buffer.from(UDP_QUESTIONS.find((question) => question.port === port)?.payload ?? []);

test('each port is asked once, and every question is whole bytes', () => {
  expect(UDP_QUESTIONS.map(({ port }) => port)).toEqual([53, 111, 123, 137, 161, 1900, 5353, 11_211]);
  expect(UDP_QUESTIONS.flatMap((question) => question.payload).every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(true);
});

test.each([53, 137, 5353])('the message to port %i has the header of DNS, one question, and nothing behind it', (port) => {
  const message = payload(port);
  expect([message.readUInt16BE(4), message.readUInt16BE(6), message.readUInt16BE(8), message.readUInt16BE(10)]).toEqual([1, 0, 0, 0]);
  let at = 12;
  while ((message[at] ?? 0) > 0) at += 1 + (message[at] ?? 0);
  expect(message).toHaveLength(at + 5);
});

test('what is nested in the question of SNMP has the lengths that it says', () => {
  const message = payload(161);
  const pdu = message.subarray(2 + 3 + 8);
  expect([message[1], pdu[1]]).toEqual([message.length - 2, pdu.length - 2]);
  expect([pdu[15], pdu[17]]).toEqual([pdu.length - 16, pdu.length - 18]);
});

test('the others have the length of what their protocols send', () => {
  expect([payload(111).length, payload(123).length]).toEqual([40, 48]);
  expect(payload(1900).toString()).toMatch(/^M-SEARCH \* HTTP\/1\.1\r\n[^]*\r\n\r\n$/);
});
