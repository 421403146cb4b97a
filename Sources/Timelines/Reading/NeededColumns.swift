import Language

/// What the header of a table must name to be the table of a source, or of a child: the sentence of an error is a header as
/// good as any.
struct NeededColumns: Sendable {
    /// The column without which no row can be told apart, and what it is; nil where it takes more than a column.
    private var necessary: (name: String, what: String)?
    private var used: UsedFields?
    /// Where the rows of the table are among the fields that are used.
    private var place: UsedFields.Path = []

    /// Any header will do.
    init() {}

    /// Of the records of a source.
    init(of mapping: Mapping) {
        guard !mapping.isCanonical else { return }
        necessary = mapping.idColumn.map { ($0, "the id") }
        used = UsedFields(mapping, [])
    }

    /// Of the rows of a child, by the fields that the mapping of its records uses.
    init(of child: ChildPlan, _ used: UsedFields) {
        necessary = child.keyColumn.map { ($0, "the key") }
        self.used = used
        place = [child.name, UsedFields.element]
    }

    /// What the header lacks; nil where it lacks nothing.
    func lack(of header: CSVHeader) -> String? {
        let found = header.names.prefix(3).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
        if let (name, what) = necessary, !header.names.contains(name) {
            let hint = nearestName(to: name, among: header.names).map { " (did you mean '\($0)'?)" } ?? ""
            return "has no column '\(name)', which is \(what); it begins with \(found)\(hint)"
        }
        guard let used, used.names(under: place), !header.names.contains(where: { used.contains(place + [$0]) }) else {
            return nil
        }
        return "has none of the columns that the mapping names; it begins with \(found)"
    }
}
