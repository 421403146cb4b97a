import Language

extension ChecklistLoading {
    /// What is not judged but compared between partners.
    func measures(
        _ mapping: inout YAMLMapping, _ header: Header, _ reader: CheckReader
    ) -> [(description: MeasureDescription, measure: Measure)] {
        if header.unit == .customer, let node = mapping.node("measures") {
            diagnostics.error(
                .contradiction, at: node.position, "a checklist that judges customers has no measures",
                help: "records are measured: put them into a checklist of 'unit: record'")
        }
        var seen: Set<String> = []
        return mapping.nodes("measures").compactMap { node in
            guard var measure = YAMLMapping(node, "a measure", diagnostics) else { return nil }
            let idNode = measure.node("id")
            let id = name("id", &measure)
            let isTwice = id.map { !seen.insert($0).inserted } ?? false
            if let id, isTwice {
                diagnostics.error(.duplicateItem, at: idNode?.position ?? node.position, "the measure '\(id)' stands twice")
            }
            let title = name("title", &measure)
            let (duration, route) = (measure.node("duration"), measure.node("route"))
            let time = duration.flatMap { self.duration($0, reader) }
            let activities = route.flatMap { self.route($0, reader) }
            if (duration == nil) == (route == nil) {
                diagnostics.error(.missingKey, at: node.position, "a measure needs either 'duration' or 'route'")
            }
            measure.finish()
            guard let id, !isTwice, (duration == nil) != (route == nil) else { return nil }
            guard let (kind, meaning, machinery) = time ?? activities else { return nil }
            return (
                MeasureDescription(
                    checklist: header.id, checklistTitle: header.title, version: header.version, function: header.function,
                    id: id, title: title ?? id, kind: kind, meaning: meaning), Measure(machinery)
            )
        }
    }

    private typealias Read = (kind: MeasureDescription.Kind, meaning: String, machinery: Measure.Kind)

    private func duration(_ node: YAMLNode, _ reader: CheckReader) -> Read? {
        guard var parts = YAMLMapping(node, "'duration'", diagnostics) else { return nil }
        let from = parts.required("from").flatMap { reader.moment($0) }
        let to = parts.required("to").flatMap { reader.moment($0) }
        let pauses = reader.pauses(parts.node("pause"))
        let span = parts.node("span").map { reader.span($0) }
        let clock = reader.clock(&parts)
        reader.close(&parts)
        guard let from, let to else { return nil }
        let interval = Interval(from: from, to: to, atMost: nil, atLeast: nil, pauses: pauses, clock: clock)
        let time = MeasuredTime(interval: interval, span: span)
        return (.duration, time.meaning, .duration(time))
    }

    /// Activities have names here, since routes are named after them.
    private func route(_ node: YAMLNode, _ reader: CheckReader) -> Read? {
        guard var parts = YAMLMapping(node, "'route'", diagnostics) else { return nil }
        let list = parts.required("of")
        let nodes = parts.nodes("of")
        parts.finish()
        var names: [String] = []
        var references: [EventReference] = []
        for node in nodes {
            guard let name = node.text else {
                diagnostics.error(
                    .wrongShape, at: node.position, "a route goes by activities or defined names, not by \(node.summary)",
                    help: "give it a name in 'define'")
                continue
            }
            if names.contains(name) {
                diagnostics.error(.nameTwice, at: node.position, "'\(name)' stands twice in the route")
            } else if let reference = reader.event(node) {
                names.append(name)
                references.append(reference)
            }
        }
        if let list, nodes.isEmpty, case .sequence = list.kind {
            diagnostics.error(.wrongShape, at: list.position, "a route needs at least one activity")
        }
        guard names.count == nodes.count, !names.isEmpty else { return nil }
        guard names.count <= MeasureOutcome.mostActivities else {
            diagnostics.error(
                .wrongShape, at: node.position,
                "a route tells at most \(MeasureOutcome.mostActivities) activities apart, not \(names.count)")
            return nil
        }
        let listed = names.map { "'\($0)'" }.joined(separator: ", ")
        return (.route(names), "which of \(listed) happen, or that none of them does", .route(references))
    }
}

extension MeasuredTime {
    /// The measure in plain words.
    var meaning: String {
        let pauses = interval.pauses.map { "\($0.from.name) to \($0.until.name)" }.joined(separator: " and ")
        return "the time from \(interval.from.meaning) to \(interval.to.meaning)\(interval.clock.meaning)"
            + (pauses.isEmpty ? "" : ", less \(pauses)") + (span.map { ", \($0.meaning)" } ?? "")
    }
}
