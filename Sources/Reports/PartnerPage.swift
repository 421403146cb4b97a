import Checklists
import Language
import Timelines
package import Scoring

/// `partners/ID.html`: one partner's page, for the quarterly review: what is said of it, what was counted, what to teach next,
/// and the records that prove it.
package struct PartnerPage {
    private let view: AuditView
    private let partner: PartnerResult

    /// Breaches shown; the rest are counted and stand in `verdicts.ndjson`.
    private static let shownBreaches = 200

    package init(_ audit: Audit, partner: PartnerResult) { self.init(AuditView(audit), partner: partner) }

    init(_ view: AuditView, partner: PartnerResult) {
        self.view = view
        self.partner = partner
    }

    package var bytes: [UInt8] {
        let audit = view.audit
        return HTMLWriter.page(title: "\(partner.name): service audit of \(Moments.day(audit.asOf))") { html in
            html.element("p", ["class": "eyebrow"]) { html in
                html.element("a", ["href": "../index.html"]) { $0.name(audit.network) }
                html.text(" · as of \(Moments.readable(audit.asOf)) UTC")
            }
            html.element("h1") { $0.name(partner.name) }
            if !view.incomplete.isEmpty {
                html.element("div", ["class": "banner", "role": "alert"]) { html in
                    html.element("strong", [:], "This audit is incomplete: ")
                    html.text("not every source could be read to the end; see the overview.")
                }
            }
            if !partner.caveats.isEmpty {
                html.element("div", ["class": "banner"]) { html in
                    for caveat in partner.caveats { html.element("p", [:], caveat) }
                }
            }
            html.element("p", ["class": "lead"], headline)
            writeFacts(to: &html)
            writeScores(to: &html)
            html.element("h2", [:], "Flags")
            writeFlags(to: &html)
            html.element("h2", [:], "Items")
            ItemTable(view: view, partner: partner).write(to: &html)
            writeAdvice(to: &html)
            html.element("h2", [:], "Breaches")
            writeBreaches(to: &html)
            PageFooter.write(audit, to: &html)
        }
    }

    private var headline: String {
        guard partner.records > 0 else { return "No records of this partner were read, so nothing can be said of it." }
        guard partner.decided > 0 else {
            return
                "\(Figures.count(partner.records, "record")) \(partner.records == 1 ? "was" : "were") read; no item is decided on any of them yet."
        }
        let share = Figures.percent(Double(partner.met) / Double(partner.decided))
        var text =
            "On \(Figures.count(partner.records, "record")), \(share) of \(Figures.count(partner.decided, "decided check")) are met. "
        let asserted = view.flags(.asserted, of: partner.id)
        if let widest = asserted.min(by: { $0.effect < $1.effect }), let item = view.item(widest.checklist, widest.item) {
            text +=
                "\(Figures.count(asserted.count, "item")) \(asserted.count == 1 ? "is" : "are") below the agreed target by more than chance explains; "
                + "the widest gap is '\(item.title)', \(Figures.percentNumber(-widest.effect)) points."
        } else {
            text += "No item is below an agreed target by more than chance explains."
        }
        return text
    }

    private func writeFacts(to html: inout HTMLWriter) {
        html.element("ul", ["class": "facts"]) { html in
            html.fact(Figures.count(partner.records), "records")
            html.fact(Figures.count(partner.decided), "decided checks")
            html.fact(partner.decided == 0 ? "–" : Figures.percent(Double(partner.met) / Double(partner.decided)), "of them met")
            html.fact(Figures.count(partner.breachCount), "breaches")
            html.fact(Figures.count(view.flags(.asserted, of: partner.id).count), "asserted flags")
        }
        if !partner.functions.isEmpty {
            html.element("p", ["class": "note"], "Functions: " + partner.functions.joined(separator: ", "))
        }
    }

    /// What its customers can count on, by function.
    private func writeScores(to html: inout HTMLWriter) {
        guard !partner.scores.isEmpty else { return }
        html.element("h2", [:], "What its customers can count on")
        for score in partner.scores {
            html.element("p") { html in
                if let function = score.function { html.element("span", ["class": "tag"], function) }
                if let estimate = score.estimate {
                    html.element("strong", [:], Figures.percent(estimate.value / 100))
                    html.text(" ")
                }
                html.text(score.sentence(of: "this partner") + ".")
            }
        }
    }

    private func writeFlags(to html: inout HTMLWriter) {
        let flags = view.flags(.asserted, of: partner.id) + view.flags(.watch, of: partner.id) + view.fixed(of: partner.id)
        if flags.isEmpty { html.element("p", [:], "None.") }
        for flag in flags { FlagCard(flag: flag, item: view.item(flag.checklist, flag.item)).write(partner: nil, to: &html) }
        html.element(
            "p", ["class": "note"], PageFooter.meaningOfFlags + " Watch is shown to help, and never counts against a partner.")
    }

    /// What to teach: the modules of items that fail, in the order of what they bring, those that miss most first.
    private func writeAdvice(to html: inout HTMLWriter) {
        let advised = partner.items.filter { $0.tally.fail > 0 && view.item($0.checklist, $0.item)?.enablement != nil }
        guard !advised.isEmpty else { return }
        html.element("h2", [:], "What to teach next")
        let places = advised.map { place(of: $0) ?? partner.enablement.count }
        let ordered = zip(advised, places).enumerated().sorted { a, b in
            (a.element.1, -a.element.0.tally.fail, a.offset) < (b.element.1, -b.element.0.tally.fail, b.offset)
        }.map(\.element)
        for (result, place) in ordered {
            guard let item = view.item(result.checklist, result.item), let enablement = item.enablement else { continue }
            html.element("div", ["class": "advice"]) { html in
                html.element("p") { html in
                    if let module = enablement.module { html.element("span", ["class": "tag"], module) }
                    html.element("strong", [:], item.title)
                    html.text(
                        " · \(Figures.count(result.tally.fail, result.unit.rawValue)) \(result.tally.fail == 1 ? "fails" : "fail")"
                            + gain(at: place))
                }
                if let guidance = enablement.guidance { html.element("p", [:], guidance) }
                for (label, example) in [("Good: ", enablement.good), ("Poor: ", enablement.poor)] {
                    guard let example else { continue }
                    html.element("p", ["class": "meta"]) { html in
                        html.element("b", [:], label)
                        html.text(example)
                    }
                }
            }
        }
    }

    /// Where the module of an item stands among what to teach.
    private func place(of result: ItemResult) -> Int? {
        guard let item = view.item(result.checklist, result.item), let module = item.enablement?.module else { return nil }
        return partner.enablement.firstIndex { $0.module == module && $0.function == item.function }
    }

    private func gain(at place: Int) -> String {
        guard place < partner.enablement.count, let gain = partner.enablement[place].gain, gain >= 0.05 else { return "" }
        return " · \(partner.enablement[place].module) would raise the dependable rate by about "
            + "\(Figures.percentNumber(gain / 100, decimals: 1)) points"
    }

    private func writeBreaches(to html: inout HTMLWriter) {
        guard partner.breachCount > 0 else {
            html.element("p", [:], "None.")
            return
        }
        let failing = partner.items.filter { $0.tally.fail > 0 }
        let share = max(1, Self.shownBreaches / max(1, failing.count))
        var shown = 0
        for result in failing {
            let breaches = breaches(of: result, atMost: min(share, Self.shownBreaches - shown))
            shown += breaches.count
            guard !breaches.isEmpty else { continue }
            html.element("h3") { html in
                html.text((view.item(result.checklist, result.item)?.title ?? result.item) + " ")
                html.element("span", ["class": "id"], "\(result.item) · \(breaches.count) of \(Figures.count(result.tally.fail))")
            }
            for breach in breaches { BreachEntry(breach: breach, asOf: view.audit.asOf).write(to: &html) }
        }
        if shown < partner.breachCount {
            html.element(
                "p", ["class": "note"],
                "\(Figures.count(shown)) of \(Figures.count(partner.breachCount)) breaches are shown; all of them stand in verdicts.ndjson."
            )
        }
    }

    /// The first breaches of an item. The others are looked at where they lie, and not copied.
    private func breaches(of result: ItemResult, atMost limit: Int) -> [Breach] {
        var found: [Breach] = []
        for index in partner.breaches.indices where found.count < limit {
            guard partner.breaches[index].item == result.item, partner.breaches[index].checklist == result.checklist else {
                continue
            }
            found.append(partner.breaches[index])
        }
        return found
    }
}

/// One breach: who, what, and the moments that prove it.
private struct BreachEntry {
    let breach: Breach
    let asOf: Instant

    func write(to html: inout HTMLWriter) {
        html.element("div", ["class": "breach"]) { html in
            html.element("p") { html in
                html.element("strong") { $0.name(breach.record) }
                if let severity = breach.severity { html.element("span", ["class": "tag"], severity) }
                if breach.isEarly { html.element("span", ["class": "tag"], "not in the rate yet") }
                if let customer = breach.customer.name ?? breach.customer.id { html.name(customer) }
                html.element("span", ["class": "meta"], span)
            }
            if let reason = breach.evidence?.reason { html.element("p", [:], reason) }
            TimelineStrip(breach: breach, asOf: asOf).write(to: &html)
            writeEvents(to: &html)
            let place = breach.provenance
            // A customer's timeline is merged of many records: its events say which.
            let isMerged = breach.unit == .customer
            let page = "\(place.source), page \(place.pageNumber), \(place.pointer)"
            html.element("p", ["class": "id"], isMerged ? place.source : page)
        }
    }

    /// ` · 5 Jan 2026, 09:12 to 6 Jan 2026, 10:00 (1 d)`
    private var span: String {
        guard let opened = breach.opened else { return "" }
        guard let closed = breach.closed else { return " · opened \(Moments.readable(opened)), still open" }
        return
            " · \(Moments.readable(opened)) to \(Moments.readable(closed)) (\(Moments.length(closed.seconds - opened.seconds)))"
    }

    private func writeEvents(to html: inout HTMLWriter) {
        guard let events = breach.evidence?.events, !events.isEmpty else { return }
        html.element("ol") { html in
            var before: Instant?
            for event in events {
                html.element("li") { html in
                    html.markup(#"<time datetime=""#)
                    html.instant(event.at)
                    html.markup(#"">"#)
                    html.moment(event.at)
                    html.markup("</time>")
                    html.name(event.activity)
                    if let record = event.record {
                        html.text(" in ")
                        html.name(record)
                    }
                    if let before, event.at > before {
                        html.element("small", [:], " +\(Moments.length(event.at.seconds - before.seconds))")
                    }
                }
                before = event.at
            }
        }
    }
}
