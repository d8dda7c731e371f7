import { NodeHtmlMarkdown } from "node-html-markdown";
import type { TranslatorConfigObject } from "node-html-markdown";

/** Around the content of a page, or nothing to read. */
const ignored = "nav footer aside template noscript svg canvas iframe object button select textarea dialog".split(" ");

/** The content of a page as Markdown, with whole addresses. */
export function markdownOf(html: string, url: string): string {
  const base = baseOf(html, url);
  const convert = (part: string) =>
    NodeHtmlMarkdown.translate(
      part,
      { ignore: ignored, maxConsecutiveNewlines: 2, bulletMarker: "-" },
      links(base),
    ).trim();
  // A page that is filled by its scripts may have an empty one.
  return convert(mainOf(html)) || convert(html);
}

/** What stands in the one element that pages have for their content. */
function mainOf(html: string): string {
  for (const name of ["main", "article"]) {
    const found = [...html.matchAll(new RegExp(`<${name}[\\s>]`, "gi"))];
    const [first] = found;
    const end = html.toLowerCase().lastIndexOf(`</${name}>`);
    if (first && found.length === 1 && end > first.index) return html.slice(first.index, end + name.length + 3);
  }
  return html;
}

function baseOf(html: string, url: string): string {
  const [, given = ""] =
    /<base\s[^>]{0,200}?href\s{0,4}=\s{0,4}["']?([^"'\s>]{1,2000})/i.exec(html.slice(0, 100_000)) ?? [];
  return given !== "" && URL.canParse(given, url) ? new URL(given, url).href : url;
}

/** Of the library's context, whose own type needs the types of a browser. */
interface Visited {
  readonly node: { getAttribute(name: string): string | undefined };
}

function links(base: string): TranslatorConfigObject {
  const whole = (link: string | undefined): string | undefined => {
    if (link === undefined || !URL.canParse(link, base)) return undefined;
    const { protocol, href } = new URL(link, base);
    // Scripts and data are no addresses.
    return ["http:", "https:", "mailto:"].includes(protocol) ? href.replace(/[()]/g, encoded) : undefined;
  };
  return {
    a: ({ node }: Visited) => {
      const href = whole(node.getAttribute("href"));
      if (href === undefined) return {};
      return {
        postprocess({ content }) {
          const text = content.replace(/\s+/g, " ").trim();
          return text === "" ? "" : `[${text}](${href})`;
        },
      };
    },
    img({ node }: Visited) {
      const src = whole(node.getAttribute("src"));
      const text = (node.getAttribute("alt") ?? "").replace(/[[\]\s]+/g, " ").trim();
      return src === undefined || text === "" ? { ignore: true } : { content: `![${text}](${src})`, recurse: false };
    },
  };
}

function encoded(bracket: string): string {
  return bracket === "(" ? "%28" : "%29";
}
