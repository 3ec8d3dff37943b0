import { readFileSync } from "node:fs";
import { relative } from "node:path";

/**
 * An esbuild plugin. A bundle has one `import.meta.url`; its modules mean their own when they look for a file beside them.
 * @param root the project's root
 * @param locate gives, for a module's path from the root, where it would stand, relative to the bundle
 */
export function sourceUrls(root, locate) {
  return {
    name: "source-urls",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path.includes("node_modules")) return undefined;
        const contents = readFileSync(path, "utf8");
        if (/\bimport\.meta\.(dirname|filename)\b/.test(contents)) {
          return { errors: [{ text: `${path}: of import.meta, only url is known in a bundle` }] };
        }
        if (!contents.includes("import.meta.url")) return undefined;
        const place = JSON.stringify(locate(relative(root, path).replaceAll("\\", "/")));
        const url = `new URL(${place}, import.meta.url).href`;
        return { contents: contents.replaceAll("import.meta.url", url), loader: "ts" };
      });
    },
  };
}
