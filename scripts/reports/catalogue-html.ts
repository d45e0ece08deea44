import type { CatalogueImage, ReleaseCatalogue } from '../model/release-catalogue.ts';
import { imageSection } from './catalogue-image.ts';
import { CATALOGUE_STYLE } from './catalogue-style.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './quantities.ts';

/** A store as one page that opens anywhere, from a web server, a bucket or a folder: no script, nothing fetched. */
export function catalogueHtml(catalogue: ReleaseCatalogue): string {
  const style: Markup = { html: CATALOGUE_STYLE };
  const { images, madeAt, generation } = catalogue;
  const releases = images.reduce((sum, image) => sum + image.releases.length, 0);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Published images</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Published images</h1>
<p>${count(images.length, 'image')}, ${count(releases, 'release')}. Each disk was booted, attacked, rebooted and only then released.</p>
<p class="soft">As of <time datetime="${madeAt}">${madeAt.slice(0, 16).replace('T', ' ')} UTC</time>; ages are counted to then.</p>
${navigation(images)}</header>
<main>
${images.length === 0 ? markup`<p class="empty">Nothing is published here yet.</p>` : images.map((image) => imageSection(image, madeAt))}</main>
<footer><p>Generation ${generation} of the store. For programs: <a href="index.json">index.json</a>, <a href="streams/v1/index.json">simplestreams</a>.</p></footer>
</body>
</html>
`.html;
}

function navigation(images: readonly CatalogueImage[]): Markup {
  if (images.length < 2) return markup``;
  return markup`<nav aria-label="Images"><ul>${images.map(({ imageId }) => markup`<li><a href="#${imageId}">${imageId}</a></li>`)}</ul></nav>
`;
}
