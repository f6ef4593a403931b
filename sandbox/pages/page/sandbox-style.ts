/** What the pages of the sandbox add to the style of the board: columns, cards, diffs and threads. */
export const SANDBOX_STYLE = `
.live-bar{float:right;margin:.3rem 0 0 1rem;gap:.2rem 1rem}.columns{clear:both;margin-top:.8rem}
details#new{border:0;padding:.3rem 0}details#new>summary{display:inline-block;border:1px solid var(--line);border-radius:.35rem;background:var(--band);padding:.25rem .8rem;line-height:1.5rem}details#new[open]{margin-bottom:1rem}
.facts.forms{align-items:center;gap:.5rem 1.2rem}.facts.forms dd{white-space:normal}.facts.forms .actions,.facts.forms form.line{margin:0}
label.check>span{display:flex;align-items:center;gap:.4rem;color:var(--ink);font-size:.9rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;align-items:start}
.column{background:var(--band);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .7rem}
.column h2{font-size:.95rem;margin:0 0 .5rem;display:flex;justify-content:space-between;gap:.5rem}.column h2 span{color:var(--soft);font-weight:400}
.column ul{list-style:none;margin:0;padding:0}.column p{margin:0;font-size:.9rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .6rem;margin-top:.5rem;overflow-wrap:anywhere}
.card:hover{border-color:var(--link)}.card a{font-weight:600;text-decoration:none}.card a:hover{text-decoration:underline}
.card p{margin:.15rem 0 .3rem}.card .note{display:flex;flex-wrap:wrap;gap:.2rem .6rem}
.label{border:1px solid var(--line);border-radius:1rem;padding:0 .55rem;font-size:.82rem;background:var(--band);white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis}
.badge{font-weight:600;white-space:nowrap}.badge::before{display:inline-block;width:1.3em;text-align:center;font-weight:400}
.opened,.indeterminate{color:var(--busy)}.opened::before,.indeterminate::before{content:"\\25B6"}
.draft,.new{color:var(--soft)}.draft::before,.new::before{content:"\\25CB"}
.merged,.badge.done{color:var(--good)}.merged::before{content:"\\2714"}
.closed{color:var(--bad)}.closed::before{content:"\\00D7"}
.actions{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.6rem 0}.actions form{margin:0}
form.stack-form{display:flex;flex-direction:column;gap:.6rem;max-width:46rem;margin:.5rem 0 0}
form.stack-form label,form.line label{display:flex;flex-direction:column;font-size:.85rem;color:var(--soft)}
form.stack-form button{align-self:flex-start}
form.line{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.5rem 0}
textarea{font:inherit;font-size:.95rem;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:.35rem;padding:.4rem .55rem;min-height:5rem;width:100%;resize:vertical}
textarea.code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;min-height:20rem;white-space:pre;overflow-x:auto}
form.stack-form input[type=text]{width:100%}ul.plain{list-style:none;margin:0;padding:0}a.button[aria-current]{border-color:var(--link);font-weight:600}
html .soft .soft,button .soft{font-weight:400}
.start{padding:.6rem 1rem}.start ol{margin:.3rem 0;padding-left:1.3rem}
.thread,.comment{border:1px solid var(--line);border-radius:.5rem;margin:.8rem 0;background:var(--paper)}
.thread>header,.comment>header{display:flex;flex-wrap:wrap;gap:.2rem .8rem;align-items:baseline;padding:.4rem .8rem;background:var(--band);border-bottom:1px solid var(--line);border-radius:.5rem .5rem 0 0}
.thread article+article{border-top:1px solid var(--line)}.thread article,.comment>div,.thread>footer{padding:.5rem .8rem}
.thread>footer{border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:flex-start}.thread>footer details{flex:1 1 16rem;border:0;padding:.25rem 0}.thread>footer form{margin:0}
.who{font-weight:600}
:target{outline:2px solid var(--focus);outline-offset:2px}
.prose{overflow-wrap:anywhere}.prose p{margin:.35rem 0}.prose ul,.prose ol{margin:.35rem 0;padding-left:1.4rem}.prose li>p{display:inline}.prose blockquote{margin:.4rem 0;padding-left:.8rem;border-left:3px solid var(--line);color:var(--soft)}.prose hr{border:0;border-top:1px solid var(--line)}
pre.suggested{border-left:.3rem solid var(--good)}
.system{color:var(--soft);font-size:.9rem;padding:.1rem .2rem;list-style:none}
details.file{border:1px solid var(--line);border-radius:.5rem;margin:.8rem 0;padding:0}details.file>summary{padding:.45rem .8rem;background:var(--band);border-radius:.5rem;overflow-wrap:anywhere}details.file[open]>summary{border-radius:.5rem .5rem 0 0}
details.file .scroll{border-width:1px 0 0;border-radius:0}details.file .foot{max-width:none;padding:.35rem .8rem;border-top:1px solid var(--line);margin:0}
table.diff{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}table.diff td,table.diff th{padding:0 .5rem;border:0;overflow-wrap:normal}table.diff caption,table.diff thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
table.diff td.at{color:var(--soft);text-align:right;user-select:none;width:1%;white-space:nowrap}table.diff td.text{white-space:pre}table.diff td.mark{width:1%;padding:0 0 0 .4rem}
tr.add td{background:color-mix(in srgb,var(--good) 13%,transparent)}tr.del td{background:color-mix(in srgb,var(--bad) 13%,transparent)}tr.hunk td{color:var(--soft);background:var(--band)}
@media (max-width:44rem){.columns{grid-template-columns:1fr}.column.empty{display:none}table.diff td.at.old{display:none}table.diff td,table.diff th{padding:0 .3rem}}
`;
