/** What a dnf repository's index (repomd.xml) says about the packages we would get: it changes when a package, a group or a module does. */
export function readRepomd(text: string): readonly string[] {
  return [...text.matchAll(/<data type="(primary|group|modules)">[\s\S]*?<checksum type="sha(?:256|512)">([0-9a-f]+)<\/checksum>/g)]
    .map(([, type = '', digest = '']) => `${digest} ${type}`)
    .toSorted();
}
