import { dirname } from 'node:path';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { LayerRecord, WantedLayer } from '../../model/layer-record.ts';
import { embedSignature, splitSignature } from '../../plan/embedded-signature.ts';
import { layerRecordText, parseLayerRecord } from '../../plan/layer-record.ts';
import { signWithSsh } from '../../tools/ssh-keygen.ts';
import { diskError } from '../disk-error.ts';
import { fillFile } from '../fill-file.ts';
import type { IndexText } from '../shelf.ts';
import { checkSignature } from '../trust/check-signature.ts';
import type { LayerShelf } from './layer-shelf.ts';
import type { LayerTrust } from './layer-trust.ts';

/** What lies under a layer's key: a record that counts, one that does not, or nothing. */
export type FoundLayer = { readonly record: LayerRecord } | { readonly refused: string } | undefined;

/** Layers that several machines share: read by all, written by trusted runs. */
export interface SharedLayers {
  readonly location: string;
  /** Rejects only when the place itself cannot be asked. */
  readonly find: (wanted: WantedLayer) => Promise<FoundLayer>;
  /** Writes a layer's bytes to a path of the caller's; rejects unless they are those of the record. */
  readonly bring: (record: LayerRecord, path: string) => Promise<void>;
  /** Gives a layer to all, unless one with its key is there: the first one stays, and its record is returned. Absent where this run may only read. */
  readonly share?: (record: LayerRecord, path: string) => Promise<LayerRecord>;
}

/** Bytes that stay free for everything else that a bake writes meanwhile. */
const SPARE_BYTES = 2 ** 30;

/** Puts records, signatures and digests between a bake and the place where layers lie: no place is trusted with more than keeping bytes. */
export function sharedLayers(host: Host, shelf: LayerShelf, { signers, keyPath }: LayerTrust): SharedLayers {
  const desk: LayerDesk = { host, shelf, signers };
  return {
    location: shelf.location,
    find: async (wanted) => (await look(desk, wanted)).found,
    bring: (record, path) => bring(desk, record, path),
    ...(keyPath === undefined ? {} : { share: (record, path) => share(desk, { record, path, keyPath }) }),
  };
}

interface LayerDesk {
  readonly host: Host;
  readonly shelf: LayerShelf;
  readonly signers: string;
}

interface Seen {
  /** As it lies there, to be replaced when it does not count. */
  readonly file: IndexText | undefined;
  readonly found: FoundLayer;
}

async function look(desk: LayerDesk, wanted: WantedLayer): Promise<Seen> {
  const file = await desk.shelf.readText(recordName(wanted.key));
  return { file, found: file === undefined ? undefined : await judge(desk, file.text, wanted) };
}

/** Who signed it is asked first: nothing else is believed of a record of nobody's. */
async function judge({ host, signers }: LayerDesk, fileText: string, wanted: WantedLayer): Promise<Exclude<FoundLayer, undefined>> {
  const { text, signature } = splitSignature(fileText);
  const checked = await checkSignature(host, { kind: 'layer', text, signature, signers });
  if ('reason' in checked) return { refused: `the signature of its record does not count: ${checked.reason}` };
  const record = parseLayerRecord(text, wanted);
  return 'refused' in record ? record : { record };
}

async function bring({ host, shelf }: LayerDesk, record: LayerRecord, path: string): Promise<void> {
  const { name, sizeBytes, sha256 } = record;
  const size = await shelf.sizeOf(diskName(record));
  if (size !== sizeBytes) throw refused(size === undefined ? 'its bytes are not there any more' : `it has ${size} bytes instead of ${sizeBytes}`);
  const free = await host.files.freeBytes(dirname(path));
  if (free < sizeBytes + SPARE_BYTES) throw refused(`there is no space for its ${sizeBytes} bytes`);
  try {
    await fillFile(host, path, { title: `the layer ${name}`, location: shelf.location, sizeBytes, open: (offset) => shelf.open(diskName(record), offset) });
  } catch (error) {
    throw diskError(error, dirname(path));
  }
  const found = await host.files.digest(path);
  if (found !== sha256) throw refused(`its bytes are not those of its record (sha256 ${found.slice(0, 12)}…, not ${sha256.slice(0, 12)}…)`);
}

interface Sharing {
  readonly record: LayerRecord;
  readonly path: string;
  readonly keyPath: string;
}

/** Bytes first, then the record: one that is there never names bytes that are not. */
async function share(desk: LayerDesk, { record, path, keyPath }: Sharing): Promise<LayerRecord> {
  const { host, shelf } = desk;
  const wanted: WantedLayer = { key: record.key, name: record.name, parentKey: record.parent?.key ?? null };
  const text = layerRecordText(record);
  const signed = embedSignature(text, await signWithSsh(host, { keyPath, kind: 'layer', text }));
  const judged = await judge(desk, signed, wanted);
  if ('refused' in judged) throw refused(`no reader would take it: ${judged.refused}`);
  const before = await look(desk, wanted);
  const first = await standing(desk, before.found);
  if (first !== undefined) return first;
  const { sizeBytes, sha256, name } = record;
  if ((await shelf.sizeOf(diskName(record))) !== sizeBytes) await shelf.writeDisk(diskName(record), { path, sizeBytes, sha256, title: `the layer ${name}` });
  if (await shelf.replaceText(recordName(record.key), signed, before.file)) return record;
  return (await standing(desk, (await look(desk, wanted)).found)) ?? record;
}

/** A record whose bytes have expired stands for nothing. */
async function standing({ shelf }: LayerDesk, found: FoundLayer): Promise<LayerRecord | undefined> {
  if (found === undefined || 'refused' in found) return undefined;
  return (await shelf.sizeOf(diskName(found.record))) === found.record.sizeBytes ? found.record : undefined;
}

function recordName(key: string): string {
  return `${key}/layer.json`;
}

/** Named by content: two machines that bake the same key never write over each other's bytes. */
function diskName({ key, sha256 }: LayerRecord): string {
  return `${key}/${sha256}.qcow2`;
}

function refused(what: string): BakeError {
  return new BakeError('NOT_TRUSTED', { what, fix: 'Nothing has to be done: the layer is baked here' });
}
