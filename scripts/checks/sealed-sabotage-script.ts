import { probeFunctions, type ProbeScriptRequest } from './probe-script.ts';
import { showThrowAwayLayer, type SealedDisk } from './sealed-disk.ts';
import { shellWord } from '../model/shell-word.ts';

/** One saboteur and the probe that must tell it, under one name. */
export interface SealedSabotage {
  readonly name: string;
  readonly saboteur: string;
  readonly probe: string;
}

export interface SealedSabotageRequest extends Omit<ProbeScriptRequest, 'probes'>, SealedDisk {
  readonly sabotages: readonly SealedSabotage[];
  /** Sabotages that may run at once. */
  readonly lanes: number;
}

/** Suffixes of the frames of one sabotage: the probe before it, the saboteur itself, the probe after it. */
export const SABOTAGE_FRAMES = { before: 'before', saboteur: 'saboteur', after: 'after' } as const;

/**
 * A host-side script that breaks a disk without writing to it: each saboteur works in a writable layer of its own over the read-only root, which is dropped after
 * its probe has looked; bytes that no file owns it breaks by `write_free`, in a layer of the whole disk. A saboteur that follows a link out of the image finds the
 * whole host read-only.
 */
export function sealedSabotageScript(request: SealedSabotageRequest): string {
  const { sabotages, lanes } = request;
  const parts = Array.from({ length: lanes }, (_, lane) => sabotages.filter((_sabotage, at) => at % lanes === lane)).filter(({ length }) => length > 0);
  return `${probeFunctions(request)}\
mount -t tmpfs -o mode=0700 ingot "$ingot_scratch" || exit 74
${showThrowAwayLayer(request)}${FUNCTIONS}\
${parts.map((part, lane) => `(\n${part.map(call).join('')}) >"$ingot_scratch/lane.${lane}" &\ningot_lanes+=($!)\n`).join('')}\
wait "\${ingot_lanes[@]}"
cat "$ingot_scratch"/lane.*
`;
}

const FUNCTIONS = `\
ingot_sealed=$ROOT
ingot_lanes=()
findmnt -rno TARGET | while IFS= read -r ingot_mount; do
  case $ingot_mount in "$ingot_scratch" | "$ingot_scratch"/* | /proc | /proc/* | /sys/*) continue ;; esac
  mount -o remount,bind,ro "$(printf '%b' "$ingot_mount")" 2>/dev/null
done
ingot_layer() {
  mkdir -p "$1/upper" "$1/work" "$1/root" "$1/after" "$ingot_scratch/before" && mount -t overlay overlay -o "lowerdir=$ingot_sealed,upperdir=$1/upper,workdir=$1/work" "$1/root" || return
  # A partition of its own is not seen through the layer on the root.
  ! mountpoint -q "$ingot_sealed/boot" || {
    mkdir -p "$1/boot-upper" "$1/boot-work" && mount -t overlay overlay -o "lowerdir=$ingot_sealed/boot,upperdir=$1/boot-upper,workdir=$1/boot-work" "$1/root/boot" || return
  }
  # No layer can be laid on a file system that knows no difference between a and A: it is seen as it is.
  ! mountpoint -q "$ingot_sealed/boot/efi" || mount --bind "$ingot_sealed/boot/efi" "$1/root/boot/efi"
}
ingot_sabotage() {
  local before=$1 broken=$2 after=$3 saboteur=$4 probe=$5 layer=$ingot_scratch/layer.$BASHPID
  ingot_layer "$layer" || return
  export ROOT=$layer/root
  # Untouched, all layers are alike: what is run once is run once for all of them.
  INGOT_SCRATCH=$ingot_scratch/before ingot_probe "$before" "$ingot_time" "$probe"
  ingot_probe "$broken" "$ingot_time" "$saboteur"
  INGOT_SCRATCH=$layer/after ingot_probe "$after" "$ingot_time" "$probe"
  umount -l "$layer/root"
  rm -rf "$layer"
}
# write_free TEXT: puts it where a deleted file would have left it, in the first free block of the root file system. All sabotages share the disk below their layers,
# and nothing takes this back: two of them that wrote there would see each other's text. Only the one check of free space reads it; a mounted file system never does.
write_free() {
  local ranges at
  ranges=$(ingot_free_ranges "$ingot_scratch/partition" "$ingot_type") && read -r at _ <<<"$ranges" && [[ -n $at ]] || return
  printf '%s\\n' "$1" | dd of="$ingot_scratch/partition" bs=4096 oflag=seek_bytes seek="$at" conv=notrunc,fsync status=none
}
`;

function call({ name, saboteur, probe }: SealedSabotage): string {
  const names = Object.values(SABOTAGE_FRAMES).map((suffix) => Buffer.from(`${name} ${suffix}`).toString('base64'));
  return `ingot_sabotage ${names.join(' ')} ${shellWord(saboteur)} ${shellWord(probe)}\n`;
}
