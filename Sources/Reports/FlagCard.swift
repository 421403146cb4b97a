import Checklists
import Language
import Scoring

/// A flag as a sentence that survives a dispute, with what to do about it.
struct FlagCard {
    let flag: Flag
    let item: ItemDescription?

    /// With the partner's name where the page is not the partner's own.
    func write(partner: String?, to html: inout HTMLWriter) {
        html.element("div", ["class": "flag \(flag.tier.rawValue) \(flag.state.rawValue)"]) { html in
            html.element("p") { html in
                html.element("span", ["class": "tag \(flag.tier.rawValue)"], flag.tier.rawValue)
                html.element("span", ["class": "tag"], flag.state.rawValue)
                if let level = item?.level { html.element("span", ["class": "tag \(level.rawValue)"], level.rawValue) }
            }
            html.element("p") { html in
                if let partner {
                    html.element("a", ["href": FileNames.link(toPartner: flag.partner)]) { html in
                        html.element("strong") { $0.name(partner) }
                    }
                    html.text(": ")
                }
                html.text(flag.sentence + ".")
            }
            html.element("p", ["class": "meta"]) { html in
                html.text("\(Figures.percentNumber(-flag.effect, decimals: 1)) points below target, q \(Self.chance(flag.q)); ")
                html.element("span", ["class": "id"], "\(flag.checklist)/\(flag.item)")
                if !flag.examples.isEmpty {
                    html.text(" · for example ")
                    for (index, record) in flag.examples.prefix(5).enumerated() {
                        if index > 0 { html.text(", ") }
                        html.name(record)
                    }
                }
            }
        }
    }

    /// A false discovery rate: `0.03`, `0.0004`, `< 0.0001`.
    static func chance(_ q: Double) -> String {
        q < 0.0001 ? "< 0.0001" : (q * 10000).rounded() / 10000 == 0 ? "0" : "\((q * 10000).rounded() / 10000)"
    }
}

/// The end of every page: what the words mean, and from what it was made.
enum PageFooter {
    static let meaningOfFlags =
        "A flag says that a rate is below its agreed target by more than chance explains: an exact test on the records decided, corrected for the number of tests. Of every 20 asserted flags expect at most one to be chance."

    static func write(_ audit: Audit, to html: inout HTMLWriter) {
        html.element("footer") { html in
            html.element(
                "p", [:],
                "A record counts for an item once the item is decided either way; open, untriggered and unobservable records never count as met. A breach is one record that fails one item; it needs no statistics. Times are UTC."
            )
            html.element("p") { html in
                html.text(
                    "Audit \(audit.id) · configuration \(short(audit.inputs.config)) · data \(short(audit.inputs.snapshot))")
                for checklist in audit.inputs.checklists {
                    html.text(" · \(checklist.id) \(checklist.version) \(short(checklist.sha256))")
                }
            }
        }
    }

    /// The first digits of a digest, enough to compare by eye.
    private static func short(_ digest: String) -> String {
        String(digest.split(separator: ":").last.map { $0.prefix(12) } ?? "")
    }
}
