import Checklists
import Language
import Scoring

/// A partner's items: each rate against its target, and how many records got which verdict.
struct ItemTable {
    let view: AuditView
    let partner: PartnerResult

    private static let verdicts = ["Pass", "Fail", "Holding", "Pending", "Not triggered", "Not applicable", "Not observable"]

    /// In the order of the titles.
    private static func counts(_ tally: Tally) -> [Int] {
        [tally.pass, tally.fail, tally.holding, tally.pending, tally.notActivated, tally.notApplicable, tally.notObservable]
    }

    func write(to html: inout HTMLWriter) {
        html.element("p", ["class": "note"], "The bar is the 95 % interval of the rate, the dot the rate, the tick the target.")
        html.element("div", ["class": "scroll"]) { html in
            html.element("table") { html in
                html.element("thead") { html in
                    html.element("tr") { html in
                        for title in ["Item", "Level", "Rate"] { html.head(title) }
                        html.head("Target", number: true)
                        for title in Self.verdicts { html.head(title, number: true) }
                    }
                }
                html.element("tbody") { html in
                    for item in partner.items { writeRow(item, to: &html) }
                }
            }
        }
        if partner.items.contains(where: { view.item($0.checklist, $0.item)?.passesInSilence == true }) {
            html.element(
                "p", ["class": "note"],
                "† A record of which nothing is told passes: read the rate beside how much this partner tells.")
        }
    }

    private func writeRow(_ result: ItemResult, to html: inout HTMLWriter) {
        let item = view.item(result.checklist, result.item)
        html.element("tr") { html in
            html.element("td", ["class": "wide"]) { html in
                html.text((item?.title ?? result.item) + (item?.passesInSilence == true ? " † " : " "))
                html.element("span", ["class": "id"], "\(result.checklist)/\(result.item)")
                if result.unit == .customer { html.element("span", ["class": "tag"], "counts customers") }
                if let why = item?.why { html.element("div", ["class": "note"], why) }
            }
            html.element("td", [:], item?.level.rawValue ?? "")
            html.element("td", ["class": "rate"]) { writeRate(result, to: &$0) }
            html.number(result.target.map { Figures.percent($0, decimals: Figures.decimals(for: $0)) } ?? "none")
            for count in Self.counts(result.tally) { html.number(Figures.count(count)) }
        }
    }

    private func writeRate(_ result: ItemResult, to html: inout HTMLWriter) {
        guard let rate = result.rate, let low = result.low, let high = result.high else {
            html.element("span", ["class": "meta"], result.tally.notObservable > 0 ? "not observable" : "nothing decided")
            return
        }
        let decimals = result.target.map(Figures.decimals) ?? 0
        html.element("b", [:], Figures.percent(rate, decimals: decimals))
        html.text(
            " (\(Figures.percentNumber(low, decimals: decimals))–\(Figures.percentNumber(high, decimals: decimals))), n \(result.count(result.tally.decided))"
        )
        IntervalBar(rate: rate, low: low, high: high, target: result.target).write(to: &html)
    }
}

extension ItemResult {
    /// A number of what the item counts: records go without saying.
    func count(_ number: Int) -> String {
        unit == .record ? Figures.count(number) : Figures.count(number, unit.rawValue)
    }
}
