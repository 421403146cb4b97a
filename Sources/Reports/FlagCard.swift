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
                html.text("\(size), q \(Self.chance(flag.q)); ")
                html.element("span", ["class": "id"], "\(flag.checklist)/\(flag.item)")
                if !flag.examples.isEmpty {
                    html.text(" · for example ")
                    for (index, record) in flag.examples.prefix(5).enumerated() {
                        if index > 0 { html.text(", ") }
                        html.name(record)
                    }
                }
                for caveat in flag.caveats { html.text(" · \(caveat)") }
                if let count = flag.clearedBy { html.text(" · " + cleared(count)) }
            }
        }
    }

    /// What it would have taken for the flag not to be.
    private func cleared(_ count: Int) -> String {
        let unit = item?.unit ?? .record
        let records = "\(Figures.count(count)) more \(count == 1 ? unit.rawValue : unit.plural)"
        return "it would not be asserted had \(records) \(flag.kind == .evidence ? "been shown" : "met it")"
    }

    /// How much it is, in the words of its kind.
    private var size: String {
        let points = "\(Figures.percentNumber(abs(flag.effect), decimals: 1)) points"
        switch flag.kind {
        case .standard: return "\(points) below target"
        case .evidence: return "\(points) more unproven than agreed"
        // Of a duration the effect is a ratio, and there is none that is negative.
        case .peer where flag.effect > 0: return "\(Figures.decimal(flag.effect, decimals: 2)) of the ordinary pace"
        case .peer: return "\(points) below comparable peers"
        case .within where flag.effect >= 1: return "\(Figures.decimal(flag.effect, decimals: 2)) times the ordinary spread"
        case .within: return "\(points) more apart than ordinary"
        case .drift where flag.effect > 0: return "\(Figures.decimal(flag.effect, decimals: 2)) of its earlier pace"
        case .drift: return "\(points) worse than before"
        case .path: return "\(points) of cases on other routes"
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
        "A flag says what chance does not explain: a rate below its agreed target (standard), more unproven than agreed (evidence), worse than peers with the same case mix (peer), comparable customers, regions or owners treated more unlike than is ordinary (within), worse than its own past (drift), another route through the process (path). Tests are corrected for their number: of every 20 asserted flags of a kind expect at most one to be chance."

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
