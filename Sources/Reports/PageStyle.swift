/// The look of every page: light, printable, readable on a telephone, in the reader's own fonts. Blue is better and orange
/// worse, which every kind of colour vision tells apart; hatched is what nobody can tell, and no colour ever says more than
/// the text beside it.
enum PageStyle {
    static let css: StaticString = """
        :root{--ink:#1c2733;--soft:#5b6b7a;--line:#dde3e9;--pale:#f5f7f9;--worse:#b35806;--better:#1f5f99}
        *{box-sizing:border-box}
        body{margin:0;background:#fff;color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:1160px;margin:0 auto;padding:28px 24px 48px}
        h1{font-size:27px;line-height:1.2;margin:2px 0 6px;letter-spacing:-.01em}
        h2{font-size:18px;margin:38px 0 10px;padding-bottom:6px;border-bottom:2px solid var(--ink)}
        h3{font-size:15px;margin:22px 0 6px}
        p{margin:6px 0 10px;max-width:78ch}
        a{color:var(--better);text-underline-offset:2px}
        .eyebrow,.note,.meta,small{color:var(--soft)}
        .eyebrow{font-size:13px;margin:0}
        .note,.meta{font-size:13px}
        .lead{font-size:17px;line-height:1.5}
        .banner{border:2px solid var(--worse);background:#fef1e3;border-radius:6px;padding:12px 16px;margin:16px 0}
        .banner strong{color:#8a4304}
        .facts{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0;padding:0;list-style:none}
        .facts li{flex:1 1 120px;border:1px solid var(--line);border-radius:6px;padding:10px 14px;background:var(--pale)}
        .facts b{display:block;font-size:22px;line-height:1.2;font-variant-numeric:tabular-nums}
        .facts span{font-size:13px;color:var(--soft)}
        .scroll{overflow-x:auto;margin:8px 0}
        table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
        th,td{text-align:left;vertical-align:top;padding:7px 10px;border-bottom:1px solid var(--line)}
        thead th.n{white-space:normal;min-width:58px}
        thead th{font-size:12px;font-weight:600;color:var(--soft);border-bottom:1px solid #aeb9c4;vertical-align:bottom}
        th.n,td.n{text-align:right;white-space:nowrap}
        .id{color:var(--soft);font-size:12px;white-space:nowrap}
        table.heat{border-collapse:separate;border-spacing:3px;width:auto;min-width:60%}
        .heat th,.heat td{border:0}
        .heat tbody th{font-weight:400;min-width:170px;max-width:330px;padding-left:0}
        .heat thead th{padding:4px 8px;max-width:120px;overflow-wrap:anywhere}
        .heat tr.group th{font-weight:600;padding-top:14px}
        .heat td{min-width:94px;border-radius:4px;padding:5px 8px;background:#eef1f4;font-size:12px;line-height:1.35}
        .heat td b{font-size:15px}
        td.w4{background:#e99a4c}td.w3{background:#f4ba7e}td.w2{background:#f9d5ae}td.w1{background:#fdebd8}
        td.b1{background:#e3eff8}td.b2{background:#c3ddf0}td.b3{background:#9cc7e6}
        td.plain{background:#eef1f4}
        td.unseen{background:repeating-linear-gradient(45deg,#fff 0 5px,#d9dfe5 5px 7px)}
        td.unseen span{background:#fff;padding:0 3px}
        td.idle{background:#fff;outline:1px dashed #c2ccd6;outline-offset:-1px;color:var(--soft)}
        .key{display:flex;flex-wrap:wrap;gap:6px 14px;font-size:12px;color:var(--soft);padding:0;margin:8px 0;list-style:none}
        .key i{display:inline-block;width:16px;height:12px;border-radius:2px;margin-right:5px;vertical-align:-1px;background:#eef1f4}
        .key .w4{background:#e99a4c}.key .w2{background:#f9d5ae}.key .b1{background:#e3eff8}.key .b3{background:#9cc7e6}
        .key .unseen{background:repeating-linear-gradient(45deg,#fff 0 3px,#c4cdd6 3px 5px)}
        .key .idle{background:#fff;border:1px dashed #9fabb7}
        .flag{border-left:4px solid var(--worse);background:var(--pale);padding:10px 14px;margin:10px 0;border-radius:0 6px 6px 0}
        .flag.watch,.flag.fixed{border-left-color:#a9b6c2}
        .flag p{margin:2px 0;max-width:100ch}
        .tag{display:inline-block;font-size:11px;line-height:1.6;padding:0 8px;border-radius:9px;border:1px solid #b9c4ce;color:#3d4c5a;background:#fff;margin-right:5px}
        .tag.asserted,.tag.failed,.tag.critical{border-color:var(--worse);color:#8a4304}
        .advice{border:1px solid var(--line);border-radius:6px;padding:10px 14px;margin:10px 0}
        .advice p{margin:3px 0}
        .breach{border-top:1px solid var(--line);padding:10px 0;break-inside:avoid}
        .breach p{margin:2px 0}.breach strong,.breach bdi{margin-right:6px}
        .wide{min-width:210px}
        .breach ol{margin:4px 0 0;padding:0;list-style:none;font-size:13px;font-variant-numeric:tabular-nums}
        .breach li{padding:1px 0}
        .breach li time{color:var(--soft);margin-right:8px}
        svg{display:block;max-width:100%}
        .rate{white-space:nowrap;font-size:13px}
        footer{margin-top:44px;padding-top:12px;border-top:1px solid var(--line);font-size:12px;color:var(--soft)}
        footer p{max-width:none}
        td:first-child bdi{white-space:nowrap}
        @media(max-width:600px){td:first-child bdi{white-space:normal}main{padding:18px 14px 36px}h1{font-size:22px}.lead{font-size:16px}.facts li{flex-basis:44%}.heat tbody th{min-width:130px}}
        @media print{main{max-width:none;padding:0}body{font-size:11pt}a{color:inherit;text-decoration:none}.scroll{overflow:visible}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}h2{break-after:avoid}tr,.flag,.advice{break-inside:avoid}}
        """
}

extension HTMLWriter {
    /// A whole page: the head, and `body` inside `main`.
    static func page(title: String, _ body: (inout HTMLWriter) -> Void) -> [UInt8] {
        var html = HTMLWriter()
        html.doctype()
        html.element("html", ["lang": "en"]) { html in
            html.element("head") { html in
                html.void("meta", ["charset": "utf-8"])
                html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                html.void("meta", ["name": "robots", "content": "noindex"])
                html.void(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'",
                    ])
                html.element("title") { $0.text(title) }
                html.style(PageStyle.css)
            }
            html.newline()
            html.element("body") { html in html.element("main", [:], body) }
        }
        html.newline()
        return html.bytes
    }

    /// A cell of a table's head.
    mutating func head(_ text: String, number: Bool = false) {
        element("th", number ? ["class": "n", "scope": "col"] : ["scope": "col"], text)
    }

    /// A cell with a number.
    mutating func number(_ text: String) { element("td", ["class": "n"], text) }

    /// A big number with what it counts.
    mutating func fact(_ number: String, _ label: String) {
        element("li") { html in
            html.element("b", [:], number)
            html.element("span", [:], label)
        }
    }
}
