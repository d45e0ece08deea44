import type { Grade } from '../model/grade-report.ts';
import type { CatalogueImage, CatalogueRelease, ReleaseDetails, Support } from '../model/release-catalogue.ts';
import { trend } from './catalogue-trend.ts';
import { markup, type Markup } from './markup.ts';
import { count, duration, size } from './quantities.ts';

/** More than these are in the table of all releases. */
const MOST_MARKS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;
const FILE_NAMES: readonly (readonly [string, string])[] = [
  ['report.html', 'Verification report'],
  ['CHANGES.md', 'Changes'],
  ['grade.json', 'Grades'],
  ['packages.txt', 'Packages'],
  ['sbom.cdx.json', 'SBOM'],
  ['provenance.intoto.json', 'Provenance'],
  ['manifest.json', 'Manifest'],
  ['SHA256SUMS', 'SHA256SUMS'],
];

/** One image: what to take, how to launch it, how it went, and all that came before. */
export function imageSection(image: CatalogueImage, madeAt: string): Markup {
  const newest = image.releases.find(({ version }) => version === image.offered);
  if (newest === undefined) return markup``;
  const { imageId, distroTitle, role, image: name } = image;
  const title = `${[name, role].filter((part) => part !== '').join(' ')}${distroTitle === '' ? '' : ` on ${distroTitle}`}`;
  return markup`<section class="image" id="${imageId}" aria-labelledby="title-${imageId}">
<div class="head"><div><h2 id="title-${imageId}">${title}</h2><code>${imageId}</code>
<ul class="pills">${channelsOf(image).map(([channel, version]) => markup`<li class="pill"><b>${channel}</b> ${version}</li>`)}${supportPill(image)}</ul></div>
<div><a class="button" href="${pathOf(newest, 'disk.qcow2')}">Download ${newest.version}<span class="wide"> (${size(newest.sizeBytes)})</span></a></div></div>
${marks(image, madeAt)}${facts(newest, madeAt)}
${gradeFacts(newest.details?.grades ?? [])}${commandLines(newest)}
${fileLinks(newest)}${trends(image)}${releaseTable(image, madeAt)}</section>
`;
}

function pathOf({ imageId, version }: CatalogueRelease, file: string): string {
  return `${imageId}/${version}/${file}`;
}

function channelsOf({ releases }: CatalogueImage): readonly (readonly [string, string])[] {
  return releases.flatMap(({ channels, version }) => channels.map((channel) => [channel, version] as const));
}

const SUPPORT_WORDS: Readonly<Record<Exclude<Support, 'unknown'>, string>> = {
  supported: 'Supported until',
  ending: 'Support ends on',
  extended: 'Extended support only, since',
  ended: 'End of life since',
};

function supportPill({ support, endOfLife }: CatalogueImage): Markup {
  return support === 'unknown' ? markup`` : markup`<li class="pill ${support}">${SUPPORT_WORDS[support]} ${endOfLife}</li>`;
}

/** What is said of releases after their publication: before anybody takes one. */
function marks({ releases }: CatalogueImage, madeAt: string): Markup {
  const lines = releases
    .filter(({ yanked, deprecatedAfter, channels }) => yanked !== undefined || (deprecatedAfter !== undefined && channels.length > 0))
    .slice(0, MOST_MARKS)
    .map((release) => markup`<li><b>${release.version}</b> ${markWords(release, madeAt)}</li>`);
  return lines.length === 0
    ? markup``
    : markup`<ul class="marks ${releases.some(({ yanked }) => yanked !== undefined) ? 'bad' : 'odd'}">${lines}</ul>
`;
}

function markWords({ yanked, deprecatedAfter }: CatalogueRelease, madeAt: string): string {
  if (yanked !== undefined) return `was taken back on ${yanked.at.slice(0, 10)}: ${yanked.reason}`;
  if (deprecatedAfter === undefined) return '';
  return deprecatedAfter < madeAt.slice(0, 10) ? `is no longer cared for since ${deprecatedAfter}` : `is to be used until ${deprecatedAfter}`;
}

function facts(release: CatalogueRelease, madeAt: string): Markup {
  const { details } = release;
  const rows: readonly (readonly [string, string, string])[] = [
    ['Published', release.publishedAt.slice(0, 10), age(release.publishedAt, madeAt)],
    ['Download', size(release.sizeBytes), details === undefined ? '' : `${size(details.virtualSizeBytes)} disk, ${details.compression}`],
    ['Checks', details === undefined ? `${release.checksPassed} passed` : `${release.checksPassed} of ${details.checksDeclared}`, 'passed on booted VMs'],
    ...(details === undefined ? [] : bootFacts(details)),
  ];
  return markup`<dl class="facts">${rows.map(([name, value, note]) => markup`<div><dt>${name}</dt><dd>${value}${note === '' ? '' : markup`<small>${note}</small>`}</dd></div>`)}</dl>`;
}

function bootFacts({ firstBootSeconds, rebootSeconds, loginUser }: ReleaseDetails): readonly (readonly [string, string, string])[] {
  return [
    ['First boot', duration(firstBootSeconds), `reboot ${duration(rebootSeconds)}, where it was checked`],
    ['Login', loginUser, 'with an SSH key, no password'],
  ];
}

function gradeFacts(grades: readonly Grade[]): Markup {
  if (grades.length === 0) return markup``;
  return markup`<dl class="facts grades">${grades.map(({ title, score, unit, goal, outcome }) => markup`<div><dt>${title}</dt><dd>${score === null ? 'unknown' : inUnit(score, unit)}<small>${outcome === 'met' ? 'goal met' : `goal ${inUnit(goal, unit)}`}</small></dd></div>`)}</dl>
`;
}

function inUnit(value: number, unit: Grade['unit']): string {
  return unit === '%' ? `${value} %` : `${value} ${unit}`;
}

function commandLines(release: CatalogueRelease): Markup {
  const { imageId, version, sha256 } = release;
  return markup`<dl class="lines"><dt>Launch it here</dt><dd><code>npm run launch -- ${imageId}@${version} --wait</code></dd><dt>Check a download</dt><dd><code>echo '${sha256}  disk.qcow2' | sha256sum --check</code></dd></dl>`;
}

function fileLinks(release: CatalogueRelease): Markup {
  const found = FILE_NAMES.filter(([file]) => release.details?.files.includes(file));
  if (found.length === 0) return markup``;
  return markup`<ul class="files">${found.map(([file, name]) => markup`<li><a href="${pathOf(release, file)}">${name}</a></li>`)}</ul>
`;
}

function trends({ releases }: CatalogueImage): Markup {
  const seen = releases.flatMap(({ version, sizeBytes, details }) => (details === undefined ? [] : [{ version, sizeBytes, details }])).toReversed();
  if (seen.length === 0) return markup``;
  return markup`<div class="trends">${[
    trend({ title: 'Download size', points: seen.map(({ version, sizeBytes }) => ({ version, value: sizeBytes })), text: size }),
    trend({
      title: 'First boot, where it was checked',
      points: seen.map(({ version, details }) => ({ version, value: details.firstBootSeconds })),
      text: duration,
    }),
    trend({ title: 'Bake and verification', points: seen.map(({ version, details }) => ({ version, value: details.bakeSeconds })), text: duration }),
  ]}</div>
`;
}

function releaseTable({ imageId, releases }: CatalogueImage, madeAt: string): Markup {
  return markup`<details><summary>${count(releases.length, 'release')}</summary>
<div class="scroll" role="region" aria-label="Releases of ${imageId}" tabindex="0"><table>
<thead><tr><th scope="col">version</th><th scope="col">channels</th><th scope="col">age</th><th scope="col" class="number">size</th><th scope="col" class="number wide">checks</th><th scope="col" class="number wide">first boot</th><th scope="col" class="wide">disk</th></tr></thead>
<tbody>
${releases.map((release) => releaseRow(release, madeAt))}</tbody>
</table></div></details>
`;
}

function releaseRow(release: CatalogueRelease, madeAt: string): Markup {
  const { version, channels, publishedAt, sizeBytes, checksPassed, details, sha256 } = release;
  const boot = details === undefined ? '–' : duration(details.firstBootSeconds);
  return markup`<tr><th scope="row"><a href="${pathOf(release, 'disk.qcow2')}">${version}</a></th><td>${[...channels, ...(release.yanked === undefined ? [] : ['taken back'])].join(', ') || '–'}</td><td>${age(publishedAt, madeAt)}</td><td class="number">${size(sizeBytes)}</td><td class="number wide">${checksPassed}</td><td class="number wide">${boot}</td><td class="wide"><code>${sha256.slice(0, 12)}</code></td></tr>
`;
}

function age(publishedAt: string, madeAt: string): string {
  const days = Math.floor((Date.parse(madeAt) - Date.parse(publishedAt)) / DAY_MS);
  if (!Number.isFinite(days)) return 'unknown';
  return days < 1 ? 'today' : `${count(days, 'day')} old`;
}
