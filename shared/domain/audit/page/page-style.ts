/**
 * Style of the page: no request, readable without it, dark where the reader's system is, and a print style. Until the
 * page is whole only the first rows of a table are laid out, because a browser lays a table out anew with every piece
 * of it that arrives: 20,000 rows took twelve seconds.
 */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--band:#f6f8fa;--link:#0550ae;--bad:#a40e26;--warn:#7a4100;--good:#116329;--focus:#0550ae}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9ea7b3;--line:#3d444d;--paper:#0d1117;--band:#161b22;--link:#79b8ff;--bad:#ff9492;--warn:#f0b72f;--good:#56d364;--focus:#79b8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:110rem;padding:1rem 1.5rem 4rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.6rem;margin:.4rem 0}h2{font-size:1.2rem;margin:2.2rem 0 .4rem}
a{color:var(--link)}p{max-width:70rem}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.4rem}
.result{display:inline-block;border:2px solid;border-radius:.4rem;padding:.15rem .7rem;font-weight:600}
.result.clean{color:var(--good)}.result.findings{color:var(--bad)}.result.incomplete{color:var(--warn)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.7rem;padding:0;margin:1rem 0;list-style:none}
.figures a,.figures span.box{display:block;border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem;background:var(--band);text-decoration:none;color:inherit;height:100%}
.figures a:hover{border-color:var(--link)}.figures b{display:block;font-size:1.5rem;line-height:1.2}.figures small{color:var(--soft)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:1rem 0}.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
form.filters{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;background:var(--paper);border-bottom:1px solid var(--line);padding:.6rem 0}
form.filters label{display:flex;flex-direction:column;font-size:.8rem;color:var(--soft)}
input,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.35rem;padding:.25rem .5rem;max-width:14rem;min-height:2rem}
button{background:var(--band);cursor:pointer}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-size:.88rem}caption{text-align:left;color:var(--soft);padding:.5rem .7rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-top:1px solid var(--line);overflow-wrap:break-word;min-width:5rem}
td.wide{min-width:16rem}td a{overflow-wrap:anywhere}td.number{text-align:right}
thead th{background:var(--band);white-space:nowrap}
th button{border:0;background:none;padding:0;font-weight:600;min-height:0}
th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
.bar{display:flex;flex-wrap:wrap;gap:.8rem;align-items:center;margin:.4rem 0}
.high,.medium,.low{white-space:nowrap}.high{color:var(--bad);font-weight:600}.medium{color:var(--warn);font-weight:600}.low{color:var(--soft)}
.high::before{content:"\\25B2 "}.medium::before{content:"\\25C6 "}.low::before{content:"\\25CB "}
.lit{outline:3px solid var(--focus);outline-offset:-3px}
html:not(.js) .scripted{display:none!important}
tbody tr:nth-child(n+201){display:none}
.added::before{content:"+ "}.removed::before{content:"\\2212 "}.changed::before{content:"~ "}
@media (max-width:40rem){body{padding:.6rem}.facts{grid-template-columns:1fr}form.filters{position:static}input,select{max-width:100%}}
@media print{:root{--ink:#000;--paper:#fff;--line:#999;--band:#eee;--link:#000;--soft:#333}form.filters,.bar button,.skip,.scripted-only{display:none!important}.scroll{overflow:visible;border:0}body{max-width:none;padding:0;font-size:9pt}table{font-size:7.5pt}thead{display:table-header-group}tr{break-inside:avoid}h2{break-after:avoid}@page{size:A4 landscape;margin:12mm}}
`;

/** Stands at the end: nothing is left to arrive, and every row is shown, also where no script may run. */
export const WHOLE_PAGE_STYLE = 'tbody tr:nth-child(n){display:table-row}';
