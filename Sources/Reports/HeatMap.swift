import Checklists
import Language
import Scoring

/// Partners by items: how far each rate is from its target, with n and interval in words in every cell.
struct HeatMap {
    let view: AuditView

    /// Beyond this many partners they become the rows, so that the page grows downwards.
    private static let widest = 12

    func write(to html: inout HTMLWriter) {
        writeKey(to: &html)
        html.element("div", ["class": "scroll"]) { html in
            html.element("table", ["class": "heat"]) { html in
                view.audit.partners.count <= Self.widest ? writeByItem(to: &html) : writeByPartner(to: &html)
            }
        }
    }

    private func writeKey(to html: inout HTMLWriter) {
        let key: KeyValuePairs = [
            "w4": "20 points or more below target", "w2": "5 to 10 below", "b1": "at target or above", "b3": "10 or more above",
            "plain": "no target", "unseen": "not observable", "idle": "nothing decided",
        ]
        html.element("ul", ["class": "key"]) { html in
            for (style, meaning) in key {
                html.element("li") { html in
                    html.element("i", ["class": style], "")
                    html.text(meaning)
                }
            }
        }
    }

    private func writeByItem(to html: inout HTMLWriter) {
        let partners = view.audit.partners
        html.element("thead") { html in
            html.element("tr") { html in
                html.head("Item")
                for partner in partners { writePartnerHead(partner, "col", to: &html) }
            }
        }
        html.element("tbody") { html in
            var checklist: String?
            for slot in view.slots {
                let item = slot.description
                if item.checklist != checklist {
                    checklist = item.checklist
                    html.element("tr", ["class": "group"]) { html in
                        html.element("th", ["colspan": String(partners.count + 1), "scope": "rowgroup"], item.checklistTitle)
                    }
                }
                html.element("tr") { html in
                    html.element("th", ["scope": "row"]) { html in
                        html.text(item.title + " ")
                        html.element("span", ["class": "id"], item.id)
                    }
                    for partner in partners { HeatCell(item, partner).write(to: &html) }
                }
            }
        }
    }

    private func writeByPartner(to html: inout HTMLWriter) {
        html.element("thead") { html in
            html.element("tr") { html in
                html.head("Partner")
                for slot in view.slots {
                    html.element("th", ["scope": "col", "title": slot.description.title]) { html in
                        html.element("span", ["class": "id"], slot.description.id)
                        html.void("br")
                        html.text(slot.description.title)
                    }
                }
            }
        }
        html.element("tbody") { html in
            for partner in view.audit.partners {
                html.element("tr") { html in
                    writePartnerHead(partner, "row", to: &html)
                    for slot in view.slots { HeatCell(slot.description, partner).write(to: &html) }
                }
            }
        }
    }

    private func writePartnerHead(_ partner: PartnerResult, _ scope: String, to html: inout HTMLWriter) {
        html.element("th", ["scope": scope]) { html in
            html.element("a", ["href": FileNames.link(toPartner: partner.id)]) { $0.name(partner.name) }
        }
    }
}

/// What one cell says. Silence is never green: without decided records there is no colour at all.
struct HeatCell {
    let style: String
    let value: String?
    let lines: [String]

    init(_ item: ItemDescription, _ partner: PartnerResult) {
        let result = partner.items.first { $0.checklist == item.checklist && $0.item == item.id }
        guard let result else {
            (style, value, lines) = ("idle", nil, ["not performed"])
            return
        }
        let tally = result.tally
        guard let rate = result.rate, let low = result.low, let high = result.high else {
            (style, value, lines) = Self.undecided(result)
            return
        }
        let decimals = result.target.map(Figures.decimals) ?? 0
        var lines = [
            "\(Figures.percentNumber(low, decimals: decimals))–\(Figures.percent(high, decimals: decimals))",
            "n \(result.count(tally.decided))",
        ]
        if tally.notObservable > 0 { lines.append("\(Figures.count(tally.notObservable)) not observable") }
        style = Self.style(rate, target: result.target)
        value = Figures.percent(rate, decimals: decimals)
        self.lines = lines
    }

    private static func undecided(_ result: ItemResult) -> (String, String?, [String]) {
        let tally = result.tally
        if tally.notObservable > 0 {
            return ("unseen", nil, ["not observable", Figures.count(tally.notObservable, result.unit.rawValue)])
        }
        let waiting = tally.pending + tally.holding + tally.pass + tally.fail
        if waiting > 0 { return ("idle", nil, ["nothing decided yet", "\(Figures.count(waiting)) open"]) }
        if tally.notActivated > 0 { return ("idle", nil, ["never triggered"]) }
        return ("idle", nil, [tally.notApplicable > 0 ? "not applicable" : "no \(result.unit.plural)"])
    }

    /// Orange below the target, blue above, in steps of percentage points.
    private static func style(_ rate: Double, target: Double?) -> String {
        guard let target else { return "plain" }
        // A hair of tolerance: 1 - 0.9 is a little less than 0.1.
        switch rate - target + 1e-9 {
        case ..<(-0.2): return "w4"
        case ..<(-0.1): return "w3"
        case ..<(-0.05): return "w2"
        case ..<0: return "w1"
        case ..<0.05: return "b1"
        case ..<0.1: return "b2"
        default: return "b3"
        }
    }

    func write(to html: inout HTMLWriter) {
        html.element("td", ["class": style]) { html in
            if let value { html.element("b", [:], value) }
            for (index, line) in lines.enumerated() {
                if index > 0 || value != nil { html.void("br") }
                html.element("span", [:], line)
            }
        }
    }
}
