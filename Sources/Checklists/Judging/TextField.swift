import Language
import Timelines

/// A field that holds text, found in an expression's tree: read straight from the record instead of being evaluated.
struct TextField: Sendable {
    enum Place: Sendable {
        case id, kind, function, severity, owner
        case customerID, customerName, customerTier, customerRegion, customerChannel
        case activity, channel, text, actorID, actorRole, actorParty, eventRecord
        case recordAttribute(String)
        case attribute(String)
    }

    /// Which event an expression names.
    enum Subject: Sendable { case event, second }

    let place: Place
    let subject: Subject
    /// As an unreadable field is called.
    let path: String
    let isOfEvent: Bool

    private init(_ place: Place, _ subject: Subject = .event) {
        self.place = place
        self.subject = subject
        (path, isOfEvent) = Self.path(of: place)
    }

    private static func path(of place: Place) -> (String, isOfEvent: Bool) {
        switch place {
        case .id: ("id", false)
        case .kind: ("kind", false)
        case .function: ("function", false)
        case .severity: ("severity", false)
        case .owner: ("owner", false)
        case .customerID: ("customer.id", false)
        case .customerName: ("customer.name", false)
        case .customerTier: ("customer.tier", false)
        case .customerRegion: ("customer.region", false)
        case .customerChannel: ("customer.preferred_channel", false)
        case .recordAttribute(let name): ("attributes." + name, false)
        case .activity: ("activity", true)
        case .eventRecord: ("record", true)
        case .channel: ("channel", true)
        case .text: ("text", true)
        case .actorID: ("actor.id", true)
        case .actorRole: ("actor.role", true)
        case .actorParty: ("actor.party", true)
        case .attribute(let name): ("attributes." + name, true)
        }
    }

    /// Nil where the expression is no such field. Names mean what they mean in `Names`.
    init?(_ syntax: Syntax) {
        switch syntax.kind {
        case .identifier(let name): self.init(ofRecord: name)
        case .select(let operand, let field, optional: false): self.init(operand, field)
        default: return nil
        }
    }

    /// `operand.field`
    init?(_ operand: Syntax, _ field: String) {
        guard let path = operand.asPath, path.keys.count < 2 else { return nil }
        let subject: Subject
        switch (path.variable, path.keys.isEmpty) {
        case ("customer", true):
            self.init(ofCustomer: field)
            return
        case ("attributes", true):
            self.init(.recordAttribute(field))
            return
        case ("event", _): subject = .event
        case ("next", _), ("activation", _): subject = .second
        default: return nil
        }
        switch (path.keys.first, field) {
        case (nil, "activity"): self.init(.activity, subject)
        case (nil, "channel"): self.init(.channel, subject)
        case (nil, "text"): self.init(.text, subject)
        case (nil, "record"): self.init(.eventRecord, subject)
        case ("actor", "id"): self.init(.actorID, subject)
        case ("actor", "role"): self.init(.actorRole, subject)
        case ("actor", "party"): self.init(.actorParty, subject)
        case ("attributes", _): self.init(.attribute(field), subject)
        default: return nil
        }
    }

    private init?(ofRecord name: String) {
        switch name {
        case "id": self.init(.id)
        case "kind": self.init(.kind)
        case "function": self.init(.function)
        case "severity": self.init(.severity)
        case "owner": self.init(.owner)
        default: return nil
        }
    }

    private init?(ofCustomer name: String) {
        switch name {
        case "id": self.init(.customerID)
        case "name": self.init(.customerName)
        case "tier": self.init(.customerTier)
        case "region": self.init(.customerRegion)
        case "preferred_channel": self.init(.customerChannel)
        default: return nil
        }
    }

    /// Nil where there is no text: nothing, something that could not be read, or a value of another type.
    func text(in source: RecordSource, event: Int, second: Int) -> String? {
        let index = subject == .event ? event : second
        switch place {
        case .id: return source.record.id
        case .kind: return source.record.kind
        case .function: return source.record.function
        case .severity: return source.record.severity
        case .owner: return source.record.owner
        case .customerID: return source.record.customer.id
        case .customerName: return source.record.customer.name
        case .customerTier: return source.record.customer.tier
        case .customerRegion: return source.record.customer.region
        case .customerChannel: return source.record.customer.preferredChannel
        case .activity: return source.record.events[index].activity
        case .channel: return source.record.events[index].details?.channel
        case .text: return source.record.events[index].details?.text
        case .actorID: return source.record.events[index].actorID
        case .actorRole: return source.record.events[index].details?.role
        case .actorParty: return source.record.events[index].party?.rawValue
        case .eventRecord: return source.recordID(ofEvent: index)
        case .recordAttribute(let name):
            if case .string(let text)? = source.record.attributes[name] { return text }
            return nil
        case .attribute(let name):
            if case .string(let text)? = source.attribute(name, ofEvent: index) { return text }
            return nil
        }
    }

    /// Whether `has()` of the field holds; nil where that rests on something that could not be read.
    func isPresent(in source: RecordSource, event: Int, second: Int) -> Bool? {
        let index = subject == .event ? event : second
        let isThere =
            switch place {
            case .actorID: source.record.events[index].actorID != nil
            case .actorRole: source.record.events[index].details?.role != nil
            case .actorParty: source.record.events[index].party != nil
            case .channel: source.record.events[index].details?.channel != nil
            case .text: source.record.events[index].details?.text != nil
            case .recordAttribute(let name): source.record.attributes.has(name)
            case .attribute(let name): source.hasAttribute(name, ofEvent: index)
            default: text(in: source, event: event, second: second) != nil
            }
        return isThere ? true : source.record.unreadable.isEmpty && source.told.tells(path, ofEvent: isOfEvent) ? false : nil
    }
}
