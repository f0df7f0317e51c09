"""The style sheet of the HTML report. For browsers as old as Chromium 86: no :has, color-mix, layers or nesting."""

CSS = """
:root{--ink:#1c2430;--soft:#566173;--line:#d9dee6;--wash:#f5f7fa;--accent:#1f4e8c;--accent-wash:#eaf1fa;--paper:#fff;
--sans:"Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","PingFang SC","WenQuanYi Zen Hei",sans-serif;
--serif:"FZXiaoBiaoSong-B05S","Noto Serif CJK SC","Noto Serif SC","Source Han Serif SC",SimSun,serif;
--mono:Consolas,"DejaVu Sans Mono","Courier New",monospace}
*{box-sizing:border-box}
html{scroll-padding-top:64px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--wash);color:var(--ink);font:14px/1.6 var(--sans)}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.bar{position:sticky;top:0;z-index:3;display:flex;align-items:center;gap:20px;height:48px;padding:0 28px;background:var(--paper);
border-bottom:1px solid var(--line);white-space:nowrap}
.bar strong{font-weight:600;overflow:hidden;text-overflow:ellipsis}
.bar span{color:var(--soft)}
.bar nav{margin-left:auto;display:flex;gap:18px}
.draft{padding:8px 28px;background:#fff6df;border-bottom:1px solid #ecd9a4;color:#5c4508}
.page{display:grid;grid-template-columns:minmax(0,760px) minmax(260px,1fr);gap:28px;max-width:1500px;padding:24px 28px 48px}
article{background:var(--paper);border:1px solid var(--line);padding:52px 64px 60px}
h1{margin:0 0 10px;font:700 27px/1.45 var(--serif);text-align:center;letter-spacing:.02em}
.period{margin:0 0 34px;color:var(--soft);text-align:center}
h2{margin:34px 0 10px;font:600 18px/1.5 var(--sans)}
h3{margin:24px 0 6px;font:600 16px/1.5 var(--sans);color:#333e4d}
article p{margin:0 0 6px;font-size:16px;line-height:1.95;text-align:justify;text-indent:2em}
article p.addressee,article p.end{text-indent:0}
article p.end{text-align:right;margin-top:6px}
article p.todo,article p.prompt{text-indent:0;padding:8px 14px;background:#fff6df;border-left:3px solid #d5a520;font-size:14px;line-height:1.7;text-align:left}
article p.todo{margin:0}
article p.prompt{margin:0;padding:2px 14px 6px 30px;color:#5c4508}
article p.prompt::before{content:"· ";margin-left:-12px}
.fig{padding:0 1px;border-bottom:1px solid #9db6d6;white-space:nowrap;text-indent:0}
.fig:hover{background:var(--accent-wash);text-decoration:none}
.fig:target{background:#dbe8f8;box-shadow:0 0 0 3px #dbe8f8}
.page aside{font-size:13px;color:var(--soft)}
.page aside div{position:sticky;top:72px}
.page aside h2{margin:0 0 8px;font-size:13px;color:var(--ink)}
.page aside ol{list-style:none;margin:0 0 22px;padding:0}
.page aside li{padding:2px 0}
.page aside li li{padding-left:1.2em}
.page aside ol ol{margin:0}
.page aside a{color:#333e4d}
.annex{max-width:1444px;margin:0 28px 40px;padding:32px 36px;background:var(--paper);border:1px solid var(--line)}
.annex h2{margin:0 0 6px}
.annex>p,.panel>p{margin:0 0 12px;color:var(--soft)}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th{padding:7px 10px;border-bottom:1px solid #b9c2cf;background:var(--wash);font-weight:600;text-align:left;white-space:nowrap}
td{padding:7px 10px;border-bottom:1px solid #e8ebf0;vertical-align:top;overflow-wrap:anywhere}
th.n,td.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
td.d{white-space:nowrap;overflow-wrap:normal}
td.k{min-width:9em}
.soft{color:var(--soft)}
code{font:12px/1.5 var(--mono);color:var(--soft);word-break:break-all}
.late{display:inline-block;margin-left:6px;line-height:1.4;padding:0 5px;border:1px solid var(--line);border-radius:3px;color:var(--soft);font-size:12px;white-space:nowrap}
.panel{display:none;outline:none}
.panel:target{display:block;position:fixed;z-index:4;top:48px;right:0;bottom:0;left:812px;overflow:auto;padding:22px 24px 40px;
background:var(--paper);border-left:1px solid #b9c2cf;box-shadow:-6px 0 18px rgba(28,36,48,.08)}
.panel h2{margin:0 0 4px;padding-right:90px;font-size:18px}
.panel h2 b{color:var(--accent)}
.panel h3{margin:20px 0 6px;font-size:14px}
.panel .close{position:absolute;top:22px;right:28px}
.panel dl{display:flex;flex-wrap:wrap;gap:4px 22px;margin:0 0 14px}
.panel dl div{display:flex;gap:6px}
.panel dt{color:var(--soft)}
.panel dd{margin:0;font-weight:600}
.panel table{font-size:13px}
.panel th,.panel td{padding:6px 8px}
.panel td.k{min-width:7.5em}
.wide{overflow-x:auto}
.hidden{margin:10px 0 0;padding:8px 12px;background:var(--wash);color:var(--soft)}
.foot{margin:0 28px 40px;color:var(--soft);font-size:12px}
@media (max-width:1180px){.page{grid-template-columns:minmax(0,1fr)}.page aside{display:none}
article{padding:36px 28px}.panel:target{left:0}.bar span{display:none}}
@media print{@page{size:A4;margin:37mm 26mm 35mm 28mm}
body{background:#fff;font-size:10.5pt}.bar,.page aside,.panel,.panel:target,.foot{display:none}
.page{display:block;padding:0}article,.annex{border:0;padding:0;margin:0;max-width:none}
h1{font-size:22pt;line-height:28.95pt;margin-bottom:12pt}.period{margin-bottom:16pt}
h2,h3{font-size:16pt;line-height:28.95pt;margin:0;text-indent:2em;page-break-after:avoid}
article p{font:16pt/28.95pt FangSong,"仿宋_GB2312","Noto Serif CJK SC",serif;letter-spacing:-.25pt;margin:0}
.fig{border:0;font-weight:inherit;color:inherit}.draft{border:0;background:none}
.annex{page-break-before:always}.annex table{font-size:8.5pt}.annex .soft{color:var(--soft)}
code{font-size:6.5pt}
thead{display:table-header-group}tr{page-break-inside:avoid}th,td{padding:3pt 5pt}th{background:none}a{color:inherit}}
"""
