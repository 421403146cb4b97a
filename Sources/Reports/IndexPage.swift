import Checklists
import Language
package import Scoring

/// `index.html`: the network at a glance, for somebody who has two minutes.
package struct IndexPage {
    private let view: AuditView

    package init(_ audit: Audit) { view = AuditView(audit) }

    package var bytes: [UInt8] {
        let audit = view.audit
        return HTMLWriter.page(title: "\(audit.network): service audit of \(Moments.day(audit.asOf))") { html in
            html.element("p", ["class": "eyebrow"], "Service audit · as of \(Moments.readable(audit.asOf)) UTC")
            html.element("h1") { $0.name(audit.network) }
            writeBanner(to: &html)
            html.element("p", ["class": "lead"], summary)
            html.element("h2", [:], "Partners")
            writePartners(to: &html)
            html.element("h2", [:], "Flags")
            writeFlags(to: &html)
            html.element("h2", [:], "Partners by items")
            html.element(
                "p", ["class": "note"],
                "Each cell: the share of decided records that meet the item, its 95 % interval, and how many records were decided."
            )
            HeatMap(view: view).write(to: &html)
            html.element("h2", [:], "Sources")
            writeSources(to: &html)
            PageFooter.write(audit, to: &html)
        }
    }

    /// The audit in plain words.
    private var summary: String {
        let audit = view.audit
        let asserted = view.flags(.asserted)
        let watched = view.flags(.watch).count
        let flagged = Set(asserted.map(\.partner)).count
        var text =
            "\(Figures.count(audit.partners.count, "partner")) and \(Figures.count(view.records, "service record")) were judged on "
        text += "\(Figures.count(view.slots.count, "item")). "
        text +=
            view.breaches == 0
            ? "No record fails any item. "
            : "\(Figures.count(view.breaches, "breach", "breaches")) were found, each shown with its evidence. "
        if asserted.isEmpty {
            text += "No partner is below an agreed target by more than chance explains"
        } else {
            text +=
                "\(Figures.count(flagged, "partner")) \(flagged == 1 ? "is" : "are") below an agreed target by more than chance explains "
            text += "(\(Figures.count(asserted.count, "asserted flag")))"
        }
        text += watched > 0 ? "; \(Figures.count(watched, "further flag")) \(watched == 1 ? "is" : "are") worth watching." : "."
        if let widest = asserted.min(by: { $0.effect < $1.effect }), let item = view.item(widest.checklist, widest.item) {
            text +=
                " The widest gap is \(Figures.percentNumber(-widest.effect)) points, at \(view.name(of: widest.partner)) on '\(item.title)'."
        }
        return text
    }

    private func writeBanner(to html: inout HTMLWriter) {
        let incomplete = view.incomplete
        guard !incomplete.isEmpty || !view.audit.caveats.isEmpty else { return }
        html.element("div", ["class": "banner", "role": "alert"]) { html in
            if !incomplete.isEmpty {
                html.element("p") { html in
                    html.element("strong", [:], "This audit is incomplete. ")
                    html.text(
                        "\(Figures.count(incomplete.count)) of \(Figures.count(view.audit.sources.count, "source")) could not be read to the end. What is missing is shown as missing, never as good."
                    )
                }
            }
            for source in incomplete {
                html.element("p") { html in
                    html.name(source.id)
                    html.text(
                        " is \(source.outcome.replacing("_", with: " ")): \(source.reason ?? source.reasonCode ?? "no reason given")"
                    )
                }
            }
            for caveat in view.audit.caveats { html.element("p", [:], caveat) }
        }
    }

    private func writePartners(to html: inout HTMLWriter) {
        html.element("div", ["class": "scroll"]) { html in
            html.element("table") { html in
                html.element("thead") { html in
                    html.element("tr") { html in
                        html.head("Partner")
                        html.head("Functions")
                        let titles = ["Records", "Checks met"] + (view.hasScores ? ["Dependable rate"] : [])
                        for title in titles + ["Breaches", "Asserted", "Watch"] { html.head(title, number: true) }
                    }
                }
                html.element("tbody") { html in
                    for partner in view.audit.partners { writePartner(partner, to: &html) }
                }
            }
        }
        guard view.hasScores else { return }
        html.element(
            "p", ["class": "note"],
            "Dependable rate: the percentage of applicable checks, met and evidenced, that four in five of a partner's customers can count on at least, allowing for case mix and for how much data there is, with its 90 % interval. Partners whose intervals overlap are not told apart."
        )
    }

    private func writePartner(_ partner: PartnerResult, to html: inout HTMLWriter) {
        html.element("tr") { html in
            html.element("td") { html in
                html.element("a", ["href": FileNames.link(toPartner: partner.id)]) { $0.name(partner.name) }
            }
            html.element("td", [:], partner.functions.joined(separator: ", "))
            html.number(Figures.count(partner.records))
            html.number(
                partner.decided == 0
                    ? "nothing decided"
                    : "\(Figures.percent(Double(partner.met) / Double(partner.decided))) of \(Figures.count(partner.decided))")
            if view.hasScores { writeScores(partner, to: &html) }
            html.number(Figures.count(partner.breachCount))
            html.number(Figures.count(view.flags(.asserted, of: partner.id).count))
            html.number(Figures.count(view.flags(.watch, of: partner.id).count))
        }
    }

    /// `71 (66 to 75)` a function.
    private func writeScores(_ partner: PartnerResult, to html: inout HTMLWriter) {
        html.element("td", ["class": "n"]) { html in
            if partner.scores.isEmpty { html.text("–") }
            for score in partner.scores {
                html.element("div") { html in
                    if partner.scores.count > 1 { html.text((score.function ?? "every function") + ": ") }
                    guard let estimate = score.estimate else { return html.text("not enough data") }
                    func number(_ value: Double) -> String { Figures.percentNumber(value / 100) }
                    html.text("\(number(estimate.value)) (\(number(estimate.low)) to \(number(estimate.high)))")
                }
            }
        }
    }

    private func writeFlags(to html: inout HTMLWriter) {
        let asserted = view.flags(.asserted)
        if asserted.isEmpty { html.element("p", [:], "None can be asserted.") }
        for flag in asserted {
            FlagCard(flag: flag, item: view.item(flag.checklist, flag.item)).write(
                partner: view.name(of: flag.partner), to: &html)
        }
        html.element("p", ["class": "note"], PageFooter.meaningOfFlags)
    }

    private func writeSources(to html: inout HTMLWriter) {
        html.element("div", ["class": "scroll"]) { html in
            html.element("table") { html in
                html.element("thead") { html in
                    html.element("tr") { html in
                        html.head("Source")
                        html.head("Outcome")
                        for title in ["Pages", "Records", "Rejected", "Events", "Rejected events"] {
                            html.head(title, number: true)
                        }
                    }
                }
                html.element("tbody") { html in
                    for source in view.audit.sources { writeSource(source, to: &html) }
                }
            }
        }
    }

    private func writeSource(_ source: SourceResult, to html: inout HTMLWriter) {
        html.element("tr") { html in
            html.element("td") { $0.name(source.id) }
            html.element("td") { html in
                html.element(
                    "span", ["class": source.outcome == "complete" ? "tag" : "tag failed"],
                    source.outcome.replacing("_", with: " "))
                if let reason = source.reasonText { html.element("small", [:], reason) }
                for note in source.notes {
                    html.element("div", ["class": "note"], note)
                }
                if !source.unlistedPartners.isEmpty {
                    html.element("div", ["class": "note"]) { html in
                        html.text("not in the config: ")
                        for (index, name) in source.unlistedPartners.prefix(20).enumerated() {
                            if index > 0 { html.text(", ") }
                            html.name(name)
                        }
                        if source.unlistedPartners.count > 20 {
                            html.text(" and \(Figures.count(source.unlistedPartners.count - 20)) more")
                        }
                    }
                }
            }
            for count in [source.pages, source.records, source.rejected, source.events, source.rejectedEvents] {
                html.number(Figures.count(count))
            }
        }
    }
}
