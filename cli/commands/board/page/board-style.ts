/**
 * Style of the board: readable at 360 px, dark where the reader's system is. Colours have a contrast of at least 4.5.
 */
export const BOARD_STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--band:#f6f8fa;--link:#0550ae;--bad:#a40e26;--warn:#7a4100;--good:#116329;--busy:#0550ae;--focus:#0550ae}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9ea7b3;--line:#3d444d;--paper:#0d1117;--band:#161b22;--link:#79b8ff;--bad:#ff9492;--warn:#f0b72f;--good:#56d364;--busy:#79b8ff;--focus:#79b8ff}}
*{box-sizing:border-box}
html{scrollbar-gutter:stable}
body{margin:0 auto;max-width:84rem;padding:0 1.5rem 4rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--link)}p{max-width:70rem}
h1{font-size:1.5rem;line-height:1.25;margin:1.2rem 0 .4rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.4rem;z-index:3}
.top{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;align-items:baseline;border-bottom:1px solid var(--line);padding:.7rem 0 0}
.top b{font-size:1.05rem}.top nav ul{display:flex;flex-wrap:wrap;gap:0 .2rem;list-style:none;margin:0;padding:0}
.top nav a{display:block;padding:.45rem .7rem;text-decoration:none;border-bottom:3px solid transparent;color:var(--ink)}
.top nav a:hover{color:var(--link)}.top nav a[aria-current]{border-color:var(--link);font-weight:600}
form.filters{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;padding:.8rem 0}
form.filters label{display:flex;flex-direction:column;font-size:.8rem;color:var(--soft)}
form.filters label.check{flex-direction:row;align-items:center;gap:.4rem;min-height:2.1rem;font-size:.9rem;color:var(--ink)}
form.filters .text{flex:1 1 14rem}form.filters .text input{width:100%}
input,select,button{font:inherit;font-size:.92rem;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:.35rem;padding:.25rem .5rem;min-height:2.1rem;max-width:100%}
input[type=checkbox]{min-height:0;width:1.05rem;height:1.05rem;accent-color:var(--link)}
button,a.button{display:inline-block;background:var(--band);border:1px solid var(--line);border-radius:.35rem;padding:.25rem .8rem;color:inherit;text-decoration:none;cursor:pointer;line-height:1.5rem}
button:hover,a.button:hover{border-color:var(--link)}button.strong{background:var(--link);border-color:var(--link);color:var(--paper);font-weight:600}
.scroll{position:relative;overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:.5rem .8rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .8rem;border-top:1px solid var(--line);overflow-wrap:break-word}td.soft,.note{overflow-wrap:anywhere}
thead th{background:var(--band);white-space:nowrap;font-size:.82rem;overflow-wrap:normal;color:var(--soft)}
tbody tr:hover{background:var(--band)}
tbody th{font-weight:400}tbody th a{font-weight:600;text-decoration:none}tbody th a:hover{text-decoration:underline}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.nowrap,.when,.state{white-space:nowrap}
.note{display:block;color:var(--soft);font-size:.88rem;max-width:46rem}
.links a{display:block;white-space:nowrap}
.state{font-weight:600}.state::before{display:inline-block;width:1.3em;text-align:center;font-weight:400}
.done{color:var(--good)}.done::before{content:"\\2714"}
.failed{color:var(--bad)}.failed::before{content:"\\25B2"}
.running{color:var(--busy)}.running::before{content:"\\25B6"}
.parked{color:var(--warn)}.parked::before{content:"\\25F7"}
.queued,.planned,.superseded,.cancelled{color:var(--soft)}.queued::before,.planned::before{content:"\\25CB"}.superseded::before{content:"\\21B7"}.cancelled::before{content:"\\00D7"}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}.warn{color:var(--warn);font-weight:600}
.bar{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;margin:.8rem 0}
.soft{color:var(--soft)}
.live::before{content:"\\25CF\\00A0";color:var(--good)}.lost::before{content:"\\25CF\\00A0";color:var(--warn)}
.panel{border:1px solid var(--line);border-left:.35rem solid var(--line);border-radius:.4rem;padding:.6rem 1rem;margin:1rem 0;background:var(--band);overflow-wrap:anywhere}
.panel.bad{border-left-color:var(--bad);color:inherit;font-weight:400}.panel.good{border-left-color:var(--good);color:inherit;font-weight:400}.panel.warn{border-left-color:var(--warn);color:inherit;font-weight:400}
.panel p{margin:.2rem 0}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:1rem 0}.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere;white-space:pre-line}
svg.share{display:block;width:100%;min-width:4rem;height:.6rem;margin-top:.4rem}svg.share rect{fill:var(--busy)}svg.share .rest{fill:var(--line);opacity:.5}
meter{display:block;width:100%;min-width:5rem;height:.8rem;margin-top:.2rem}
details{border-top:1px solid var(--line);padding:.3rem 0}details>details,details>ol{margin-left:.6rem}
summary{cursor:pointer;padding:.15rem 0}summary:hover{color:var(--link)}
.log{list-style:none;margin:0;padding:0}.log li{border-top:1px solid var(--line);padding:.35rem 0}.log details{border:0;padding:0}
pre{margin:.4rem 0;padding:.6rem .8rem;background:var(--band);border:1px solid var(--line);border-radius:.4rem;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;max-height:30rem;overflow-y:auto}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.fresh{animation:fresh 2.5s ease-out}@keyframes fresh{from{background:color-mix(in srgb,var(--link) 22%,transparent)}}
@media (prefers-reduced-motion:reduce){.fresh{animation:none}}
html:not(.js) .scripted{display:none}
@media (max-width:44rem){
body{padding:0 .8rem 3rem}.top b{flex-basis:100%}.top nav{margin:0 -.4rem}.top nav ul{gap:0}.top nav a{padding:.4rem .24rem;font-size:.93rem}
form.filters{gap:.5rem}form.filters label:not(.check){flex:1 1 8rem}form.filters label.text{flex:1 1 100%}form.filters select{width:100%}
th,td{padding:.45rem .5rem}.minor{display:none}
table.cards,.cards tbody{display:block}.cards caption{display:block}.cards thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.cards tbody tr{display:grid;grid-template-columns:1fr auto;border-top:1px solid var(--line);padding:.35rem 0}.cards tbody th,.cards tbody td{border:0;padding:.1rem .7rem}.cards tbody th{grid-column:1/-1;grid-row:2}.cards tbody tr:hover{background:none}
table.stack,.stack tbody,.stack tr,.stack caption{display:block}.stack thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}.stack tbody tr{border-top:1px solid var(--line);padding:.35rem 0}.stack tbody tr:hover{background:none}
.stack tbody th,.stack tbody td{display:grid;grid-template-columns:6.5rem 1fr;gap:.6rem;border:0;padding:.1rem .7rem;text-align:left;white-space:normal}.stack tbody th{grid-template-columns:1fr;font-weight:600}.stack tbody td::before{content:attr(data-label);color:var(--soft);font-size:.85rem}.stack .minor:not(.none){display:grid}.stack td.none{display:none!important}.stack td>div{min-width:0;overflow-wrap:anywhere}.stack thead th.minor{display:none}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin:0 0 .5rem}
}
`;

/** A small mark for the tab of the browser. */
export const BOARD_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0550ae"/><path d="M4 4h8M4 8h8M4 12h5" stroke="#fff" stroke-width="2"/></svg>';
