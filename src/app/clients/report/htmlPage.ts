// A page that can be read, printed and kept: plain HTML without scripts or addresses, in the language of the studio. It is
// built as a document and then written out, so that names and tasks stay text whatever they contain.
import { getLocale } from '../../../words/runtime';
import type { Drawing } from '../../plots/drawing';
import { svgText } from '../../plots/svg';

const style = `
:root{color-scheme:light}
body{font:17px/1.5 system-ui,sans-serif;max-width:52rem;margin:3rem auto;padding:0 1rem;color:#1c1b19;background:#fbfaf7}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.35rem;margin:3rem 0 .5rem;border-top:1px solid #dcd8ce;padding-top:1.5rem}
h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
p{max-width:70ch;margin:.5rem 0}
.verdict{font-size:1.35rem;line-height:1.35}
.soft,figcaption,caption{color:#5b5953}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:.95rem}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #dcd8ce;font-weight:400;vertical-align:baseline}
thead th{color:#5b5953;font-size:.95rem}
thead th+th,td{text-align:right}
table.words td,table.words thead th{text-align:left;overflow-wrap:break-word}
figure{margin:1.5rem 0;overflow-x:auto;padding-right:1.5rem}
svg{max-width:100%;height:auto;overflow:visible}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.4 ui-monospace,monospace}
@media print{body{margin:0;max-width:none;background:#fff;font-size:11pt}figure,table,tr{break-inside:avoid}h2,h3{break-after:avoid}details:not([open])>:not(summary){display:block}}
`;

export class HtmlPage {
  readonly #document: Document;

  constructor(title: string) {
    this.#document = document.implementation.createHTMLDocument(title);
    this.#document.documentElement.lang = getLocale();
    const charset = this.#document.createElement('meta');
    charset.setAttribute('charset', 'utf-8');
    this.#document.head.prepend(charset);
    const width = this.#document.createElement('meta');
    width.name = 'viewport';
    width.content = 'width=device-width';
    this.#document.head.append(width);
    this.add('style', style, this.#document.head);
  }

  add(tag: string, text: string, parent: Element = this.#document.body, className = ''): HTMLElement {
    const element = this.#document.createElement(tag);
    element.textContent = text;
    if (className !== '') element.className = className;
    parent.append(element);
    return element;
  }

  /** @param kind `words` for columns of text instead of figures */
  table(
    caption: string,
    head: readonly string[],
    rows: readonly (readonly string[])[],
    kind: 'figures' | 'words' = 'figures',
  ): void {
    const table = this.add('table', '', undefined, kind === 'words' ? 'words' : '');
    if (caption !== '') this.add('caption', caption, table);
    const top = this.add('tr', '', this.add('thead', '', table));
    for (const cell of head) this.add('th', cell, top).setAttribute('scope', 'col');
    const body = this.add('tbody', '', table);
    for (const row of rows) {
      const line = this.add('tr', '', body);
      row.forEach((cell, i) => {
        const element = this.add(i === 0 ? 'th' : 'td', cell, line);
        if (i === 0) element.setAttribute('scope', 'row');
      });
    }
  }

  /** A figure with its title and its finding in a sentence. */
  figure(drawing: Drawing): void {
    const figure = this.add('figure', '');
    const picture = new DOMParser().parseFromString(svgText(drawing), 'image/svg+xml').documentElement;
    figure.append(this.#document.importNode(picture, true));
    this.add('figcaption', `${drawing.title}. ${drawing.summary}`, figure);
  }

  /** Long text that most readers pass over. */
  folded(summary: string, text: string): void {
    const details = this.add('details', '');
    this.add('summary', summary, details);
    this.add('pre', text, details);
  }

  text(): string {
    return `<!doctype html>\n${this.#document.documentElement.outerHTML}\n`;
  }
}
