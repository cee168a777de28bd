import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Platform } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A bundle for a platform that is not Node. */
export interface Bundle {
  readonly text: string;
  /** Files that went into it, from the project's folder. */
  readonly files: readonly string[];
  readonly minifiedBytes: number;
  readonly gzipBytes: number;
}

/**
 * Bundles code as an app for phones or browsers is: one script that leaves its exports in the global `app`, no
 * polyfills. Rejects when anything in it asks for a module of Node, which these platforms can't resolve.
 */
export async function bundleFor(platform: Exclude<Platform, 'node'>, code: string): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    globalName: 'app',
    platform,
    // `neutral` knows no fields of package.json of its own; bundlers of phones read these.
    ...(platform === 'neutral' ? { mainFields: ['react-native', 'browser', 'module', 'main'] } : {}),
    target: 'es2022',
    logLevel: 'silent',
  });
  const text = result.outputFiles[0]?.text ?? '';
  const bytes = Buffer.from(text);
  const files = Object.keys(result.metafile.inputs).filter((file) => file !== '<stdin>');
  return { text, files, minifiedBytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
}

/** Sizes of bundles as a table of Markdown. */
export function sizeTable(bundles: Readonly<Record<string, Bundle>>): string {
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
  const lines = Object.entries(bundles).map(
    ([name, { minifiedBytes, gzipBytes }]) => `| ${name} | ${kilobytes(minifiedBytes)} | ${kilobytes(gzipBytes)} |`,
  );
  return ['| bundle | minified | gzip |', '| --- | ---: | ---: |', ...lines].join('\n');
}
