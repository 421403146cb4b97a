package import Language

extension Code {
    package static let duplicateID = Code("TL191", "an id stands twice")
    static let unknownCalendar = Code("TL194", "no such calendar")
}

extension Partner {
    /// Reads a list of partners, whose calendars must be among those that are declared, where these are known.
    package static func load(
        _ nodes: [YAMLNode], calendars: Set<String>?, diagnostics: Diagnostics
    ) -> [Partner] {
        var partners: [Partner] = []
        for node in nodes {
            guard var mapping = YAMLMapping(node, "a partner", diagnostics), let partner = Partner(&mapping, calendars) else {
                continue
            }
            if partners.contains(where: { $0.id == partner.id }) {
                diagnostics.error(.duplicateID, at: node.position, "the partner '\(partner.id)' stands twice")
            }
            partners.append(partner)
        }
        return partners
    }

    private init?(_ mapping: inout YAMLMapping, _ calendars: Set<String>?) {
        let diagnostics = mapping.diagnostics
        let id = mapping.requiredText("id")
        let name = mapping.text("name")
        let functions = mapping.required("functions") == nil ? [] : mapping.texts("functions")
        let calendar = mapping.node("calendar")
        if let calendars, let calendar, let name = calendar.text, !calendars.contains(name) {
            diagnostics.error(
                .unknownCalendar, at: calendar.position, "no calendar '\(name)'",
                help: didYouMean(name, among: calendars.sorted()))
        }
        var attributes = Attributes()
        if var table = mapping.mapping("attributes") {
            for (name, _, value) in table.all() {
                if let text = value.text {
                    attributes.set(name, .string(text))
                } else {
                    diagnostics.error(.wrongShape, at: value.position, "a partner's attribute must be text, not \(value.summary)")
                }
            }
        }
        let region = mapping.text("region")
        mapping.finish()
        guard let id else { return nil }
        self.init(
            id: id, name: name ?? id, functions: Set(functions), region: region, calendar: calendar?.text, attributes: attributes)
    }
}
