/// A partner of the network, as the config declares it.
package struct Partner: Sendable {
    package var id: String
    package var name: String
    /// The functions that it performs, and on which alone it is judged; nil where the config declares no partners.
    package var functions: Set<String>?
    package var region: String?
    /// The name of a calendar of the config.
    package var calendar: String?
    package var attributes: Attributes

    package init(
        id: String, name: String, functions: Set<String>?, region: String? = nil, calendar: String? = nil,
        attributes: Attributes = Attributes()
    ) {
        self.id = id
        self.name = name
        self.functions = functions
        self.region = region
        self.calendar = calendar
        self.attributes = attributes
    }
}

/// What a mapping can produce as `activity`: closed where every entry is a constant or a table without an expression.
package enum ProducibleActivities: Hashable, Sendable {
    case anything
    case only(Set<String>)

    package func contains(_ activity: String) -> Bool {
        switch self {
        case .anything: true
        case .only(let activities): activities.contains(activity)
        }
    }
}
