import { canonicalJson } from './digest.ts';

/** A signed statement as in-toto's tools carry it. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export const IN_TOTO = 'application/vnd.in-toto+json';

/** What is really signed: type and text, each with its length, so that neither can be taken for a part of the other. */
export function preAuthEncoding(payload: string, payloadType = IN_TOTO): string {
  return `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${Buffer.byteLength(payload)} ${payload}`;
}

/** The text of a statement, the same for equal statements. */
export function payloadOf(statement: unknown): string {
  return canonicalJson(statement);
}

/** Wraps a statement; without a signature it says so by having none. */
export function envelopeText(payload: string, signature: { readonly keyid: string; readonly sig: string } | undefined): string {
  const signatures = signature === undefined ? [] : [{ keyid: signature.keyid, sig: Buffer.from(signature.sig).toString('base64') }];
  const envelope: Envelope = { payloadType: IN_TOTO, payload: Buffer.from(payload).toString('base64'), signatures };
  return `${JSON.stringify(envelope, undefined, 2)}\n`;
}

/** What an envelope holds and who is said to have signed it; undefined when it is none. */
export function openEnvelope(text: string): { readonly payload: string; readonly signature: string | undefined } | undefined {
  try {
    const envelope = JSON.parse(text) as Partial<Envelope> | null;
    if (envelope?.payloadType !== IN_TOTO || typeof envelope.payload !== 'string' || !Array.isArray(envelope.signatures)) return undefined;
    const [first] = envelope.signatures as readonly { readonly sig?: unknown }[];
    const signature = typeof first?.sig === 'string' ? Buffer.from(first.sig, 'base64').toString('utf8') : undefined;
    return { payload: Buffer.from(envelope.payload, 'base64').toString('utf8'), signature };
  } catch {
    return undefined;
  }
}
