import Checklists
package import Scoring
package import Language

/// `audit.json`, the whole result of an audit: names and order as the contract fixes them, rates to six decimals, so that
/// the same audit gives the same bytes everywhere.
package enum AuditJSON {
    package static func bytes(_ audit: Audit) -> [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.field("touchline", "audit/1")
            json.field("id", audit.id)
            json.field("network", audit.network)
            json.field("as_of", audit.asOf.description)
            json.key("inputs")
            write(audit.inputs, to: &json)
            json.list("sources", audit.sources, write)
            json.list("partners", audit.partners, write)
            json.list("flags", audit.flags, write)
        }
        json.newline()
        return json.bytes
    }

    private static func write(_ inputs: Audit.Inputs, to json: inout JSONWriter) {
        json.object { json in
            json.field("history", inputs.history)
            json.field("snapshot", inputs.snapshot)
            json.field("config", inputs.config)
            json.list("checklists", inputs.checklists) { checklist, json in
                json.object { json in
                    json.field("id", checklist.id)
                    json.field("version", checklist.version)
                    json.field("sha256", checklist.sha256)
                }
            }
            if inputs.rejudges { json.field("rejudge", true) }
        }
    }

    private static func write(_ source: SourceResult, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", source.id)
            json.field("outcome", source.outcome)
            json.field("reason", source.reasonText)
            json.field("pages", source.pages)
            json.field("records", source.records)
            json.field("rejected", source.rejected)
            json.field("events", source.events)
            json.field("rejected_events", source.rejectedEvents)
            json.list("unlisted_partners", source.unlistedPartners) { name, json in json.string(name) }
            if !source.caveats.isEmpty { json.list("caveats", source.caveats) { text, json in json.string(text) } }
        }
    }

    private static func write(_ partner: PartnerResult, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", partner.id)
            json.field("name", partner.name)
            json.list("functions", partner.functions) { name, json in json.string(name) }
            json.field("records", partner.records)
            if !partner.undeclaredFunctions.isEmpty {
                json.key("undeclared_functions")
                json.object { json in
                    for function in partner.undeclaredFunctions { json.field(function.name, function.records) }
                }
            }
            if !partner.caveats.isEmpty { json.list("caveats", partner.caveats) { text, json in json.string(text) } }
            json.list("scores", partner.scores, write)
            json.list("items", partner.items, write)
            json.list("measures", partner.measures, write)
            json.list("enablement", partner.enablement, write)
        }
    }

    private static func write(_ rate: DependableRate, to json: inout JSONWriter) {
        json.object { json in
            json.field("function", rate.function)
            json.field("value", rate.estimate.map { Figures.rounded($0.value) })
            json.field("low", rate.estimate.map { Figures.rounded($0.low) })
            json.field("high", rate.estimate.map { Figures.rounded($0.high) })
            json.field("level", rate.estimate.map { Figures.rounded($0.level) })
            json.field("checks", rate.checks)
        }
    }

    private static func write(_ module: EnablementGain, to json: inout JSONWriter) {
        json.object { json in
            json.field("module", module.module)
            json.field("function", module.function)
            json.list("items", module.items) { item, json in json.string(item) }
            json.field("failing", module.failing)
            json.field("gain", module.gain.map(Figures.rounded))
        }
    }

    private static func write(_ measure: MeasureResult, to json: inout JSONWriter) {
        json.object { json in
            json.field("checklist", measure.checklist)
            json.field("measure", measure.measure)
            json.field("n", measure.n)
            if !measure.routes.isEmpty {
                json.list("routes", measure.routes) { route, json in
                    json.object { json in
                        json.field("route", route.route)
                        json.field("n", route.n)
                        json.field("share", Figures.rounded(route.share))
                        json.field("expected", Figures.rounded(route.expected))
                    }
                }
                return
            }
            json.field("median", measure.median.map(Figures.rounded))
            json.field("p90", measure.p90.map(Figures.rounded))
            json.field("expected_median", measure.expectedMedian.map(Figures.rounded))
            json.field("ratio", measure.ratio.map(Figures.rounded))
            json.field("low", measure.low.map(Figures.rounded))
            json.field("high", measure.high.map(Figures.rounded))
        }
    }

    private static func write(_ item: ItemResult, to json: inout JSONWriter) {
        let tally = item.tally
        let counts: KeyValuePairs = [
            "pass": tally.pass, "fail": tally.fail, "holding": tally.holding, "pending": tally.pending,
            "not_activated": tally.notActivated, "not_applicable": tally.notApplicable, "not_observable": tally.notObservable,
            "early": tally.early, "waived": tally.waived, "met": tally.met, "missed": tally.missed,
        ]
        json.object { json in
            json.field("checklist", item.checklist)
            json.field("item", item.item)
            if item.unit != .record { json.field("unit", item.unit.rawValue) }
            for (name, count) in counts { json.field(name, count) }
            json.field("rate", item.rate.map(Figures.rounded))
            json.field("low", item.low.map(Figures.rounded))
            json.field("high", item.high.map(Figures.rounded))
            json.field("target", item.target.map(Figures.rounded))
            json.list("worst", item.worst) { record, json in json.string(record) }
        }
    }

    private static func write(_ flag: Flag, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", flag.id)
            json.field("partner", flag.partner)
            json.field("checklist", flag.checklist)
            json.field("item", flag.item)
            json.field("kind", flag.kind.rawValue)
            json.field("dimension", flag.dimension)
            json.field("tier", flag.tier.rawValue)
            json.field("state", flag.state.rawValue)
            json.field("n", flag.n)
            json.field("effect", Figures.rounded(flag.effect))
            json.field("low", Figures.rounded(flag.low))
            json.field("high", Figures.rounded(flag.high))
            json.field("q", Figures.significant(flag.q))
            json.field("sentence", flag.sentence)
            json.list("examples", flag.examples) { record, json in json.string(record) }
            json.field("observed", flag.observed.map(Figures.rounded))
            json.field("expected", flag.expected.map(Figures.rounded))
            if !flag.caveats.isEmpty { json.list("caveats", flag.caveats) { text, json in json.string(text) } }
            if let count = flag.clearedBy { json.field("cleared_by", count) }
            if !flag.worstServed.isEmpty { json.list("worst_served", flag.worstServed, write) }
            if !flag.bestServed.isEmpty { json.list("best_served", flag.bestServed, write) }
        }
    }

    private static func write(_ part: Flag.Part, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", part.id)
            json.field("met", part.met)
            json.field("n", part.n)
        }
    }
}

extension JSONWriter {
    /// A key and a list, its elements written by `body`.
    package mutating func list<Element>(_ key: String, _ elements: [Element], _ body: (Element, inout JSONWriter) -> Void) {
        self.key(key)
        array { json in
            for element in elements { body(element, &json) }
        }
    }
}

extension SourceResult {
    /// `code: sentence`, or whichever of the two there is.
    package var reasonText: String? {
        guard let reasonCode, let reason else { return reasonCode ?? reason }
        return "\(reasonCode): \(reason)"
    }
}
