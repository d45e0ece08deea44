import type { UdpQuestion } from '../model/open-ports.ts';

/** One question and nothing else; behind the flags of a DNS message. */
const ONE = '0001 0000 0000 0000';

/** The services that strangers use to multiply their traffic when they find them open, each asked in its own words. */
export const UDP_QUESTIONS: readonly UdpQuestion[] = [
  { port: 53, payload: hex(`1060 0100 ${ONE} 00 0002 0001`) }, // DNS: the name servers of the root (RFC 1035)
  { port: 111, payload: hex('10607000 00000000 00000002 000186a0 00000002 00000000 0000000000000000 0000000000000000') }, // portmapper: nothing, version 2 (RFC 1833)
  { port: 123, payload: [0xe3, ...Array.from({ length: 47 }, () => 0)] }, // NTP: the time, as a client (RFC 5905)
  { port: 137, payload: hex(`1060 0000 ${ONE} 20 434b${'41'.repeat(30)} 00 0021 0001`) }, // NetBIOS: the status of any node (RFC 1002)
  { port: 161, payload: hex('3026 020101 0406 7075626c6963 a019 020410607000 020100 020100 300b 3009 06052b06010201 0500') }, // SNMP 2c: community public (RFC 3416)
  { port: 1900, payload: text('M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n') }, // UPnP
  { port: 5353, payload: hex(`1060 0000 ${ONE} 09 5f7365727669636573 07 5f646e732d7364 04 5f756470 05 6c6f63616c 00 000c 8001`) }, // mDNS: which services (RFC 6763 9)
  { port: 11_211, payload: [0, 1, 0, 0, 0, 1, 0, 0, ...text('stats\r\n')] }, // memcached
];

function hex(digits: string): readonly number[] {
  return [...Buffer.from(digits.replaceAll(' ', ''), 'hex')];
}

function text(words: string): readonly number[] {
  return [...Buffer.from(words)];
}
