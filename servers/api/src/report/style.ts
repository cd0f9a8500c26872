// How the report looks: black on white, made for paper as much as for a screen; nothing is fetched.

export const reportStyle = `
:root{color-scheme:light;--ink:#17191c;--soft:#5b626b;--line:#d9dde2;--ground:#f6f7f9;--was:#a3201d;--is:#17663a}
*{box-sizing:border-box}
body{font:14px/1.45 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:#fff;max-width:1200px;margin:0 auto;padding:28px 24px 48px}
h1{font-size:22px;line-height:1.25;letter-spacing:-.01em;margin:0 0 4px}
h2{font-size:16px;margin:30px 0 6px;break-after:avoid}
.lead,.none{color:var(--soft);margin:0 0 8px;max-width:80ch}
.none{border:1px dashed var(--line);border-radius:6px;padding:8px 12px;max-width:none}
.t{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--soft);font-weight:550;white-space:nowrap}
thead{display:table-header-group}
tr{break-inside:avoid}
td:last-child,th:last-child{padding-right:0}
span.kind+span.name{margin-left:-.32em}span.kind+span.name::before{content:"/"}
.coverage span.kind,.gaps span.kind{font-weight:400}
span.name,span.kind{font-weight:550}
.about span.name{font-weight:400;color:var(--soft)}
.images span.name{font-weight:400;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px}
span.namespace,span.uid,span.cluster,span.revision,.h,span.at+span.cluster,.pods span.by,span.version,span.severity,span.op{color:var(--soft);font-size:.92em}
.changes span.cluster,span.namespace,span.uid,span.revision,.pods span.by{display:block}
.workloads span.cluster,.pods span.cluster,.images span.cluster,.coverage span.cluster,.gaps span.cluster{color:inherit;font-size:inherit}
span.uid,span.revision,.h{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8em;font-style:normal;overflow-wrap:anywhere}
.h{display:block;color:var(--soft)}
span.revision::before{content:"revision "}
.changes .h::before,.deeds .h::before{content:"row "}
tr:not(.changes):not(.deeds) .h{font-size:.62em;opacity:.75}
.changes span.version::before{content:"version "}
.deeds span.version::before{content:"entry "}
.deeds span.name{overflow-wrap:anywhere;font-weight:400}.deeds span.op{color:inherit;white-space:nowrap}.deeds span.revision::before{content:"hash "}
span.severity::before{content:"severity "}
span.at,span.until{white-space:nowrap;font-variant-numeric:tabular-nums}
#routine:not(:checked)~.t tr[data-fold]{display:none}
ul{list-style:none;margin:3px 0 0;padding:0}
li{padding:1px 0}
code,del,ins,pre,dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em;text-decoration:none;overflow-wrap:anywhere}
del{color:var(--was);margin-left:8px}
ins{color:var(--is);margin-left:8px}
del::before{content:"\\2212\\a0"}
ins::before{content:"+ "}
table.c2 td:first-child{width:min(190px,32vw)}
.changes td:nth-child(1){width:178px}
.changes td:nth-child(2){width:200px}
.changes td:nth-child(4){width:130px}
.changes td:nth-child(5){width:220px}
#seal{margin-top:36px;border-top:2px solid var(--ink);break-inside:avoid}
#seal dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:0 0 8px}
#seal dt{color:var(--soft)}
#seal dd{margin:0}
#seal pre{background:var(--ground);padding:10px;white-space:pre-wrap;margin:0}
@page{size:A4 landscape;margin:12mm}
@media print{body{max-width:none;padding:0;font-size:11px}table{font-size:8.5px}th,td{padding:3px 10px 3px 0}li{padding:0}h2{margin-top:18px}.t{overflow:visible}#routine,#routine+label{display:none}}
@media (max-width:720px){body{padding:16px 12px 32px}.t table{min-width:640px}table.c2,table.c3{min-width:0}}
`;
