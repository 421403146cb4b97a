package import Checklists
package import Timelines

/// The statements about partners that an audit put to the test, whether it then raised them or not. A flag of an earlier
/// audit that is not raised any more is fixed where it is among them; elsewhere its absence says nothing.
package struct TestedFlags: Sendable {
    private var keys: Set<[UInt8]> = []

    package init() {}

    /// `item` names a measure where durations or routes were compared; `dimension` is that of the flag, or nil.
    package mutating func insert(partner: String, checklist: String, item: String, kind: Flag.Kind, dimension: String? = nil) {
        keys.insert(Self.key(partner, checklist, item, kind, dimension))
    }

    package mutating func formUnion(_ other: TestedFlags) { keys.formUnion(other.keys) }

    /// Whether the same statement as a flag's was tested.
    package func contains(_ flag: Flag) -> Bool {
        keys.contains(Self.key(flag.partner, flag.checklist, flag.item, flag.kind, flag.dimension))
    }

    /// In bytes: two ids that are canonically equivalent texts are two.
    private static func key(
        _ partner: String, _ checklist: String, _ item: String, _ kind: Flag.Kind, _ dimension: String?
    ) -> [UInt8] {
        var key: [UInt8] = []
        for part in [partner, checklist, item, kind.rawValue, dimension ?? ""] {
            key += part.utf8
            key.append(0)
        }
        return key
    }
}

/// What an audit can say of a flag of an earlier audit that it does not raise.
package enum FlagFate: Sendable {
    /// It was tested and not found.
    case tested
    /// The plan asks for it, and too little is known to tell.
    case untold
    /// Its partner, item or target is gone from the plan, or the partner does not perform the function any more.
    case notAsked
}

/// What the plan of an audit asks of its partners: the items and measures, with the kinds of flags that may be raised on each.
package struct AskedFlags: Sendable {
    /// An item or a measure.
    package struct Subject: Sendable {
        package let checklist: String
        package let id: String
        /// Nil where every function is judged.
        package let functions: Set<String>?
        package let kinds: Set<Flag.Kind>

        package init(checklist: String, id: String, functions: Set<String>?, kinds: Set<Flag.Kind>) {
            self.checklist = checklist
            self.id = id
            self.functions = functions
            self.kinds = kinds
        }
    }

    /// By id: the functions that a partner performs, nil where every one that is found counts. Nil where the config
    /// declares no partners.
    private let partners: [String: Set<String>?]?
    private let subjects: [Subject]

    package init(partners: [Partner]?, subjects: [Subject]) {
        self.partners = partners.map { partners in
            Dictionary(partners.map { ($0.id, $0.functions) }, uniquingKeysWith: { first, _ in first })
        }
        self.subjects = subjects
    }

    /// Whether the plan still asks what a flag says.
    package func asks(_ flag: Flag) -> Bool {
        let performed: Set<String>?
        if let partners {
            guard let known = partners[flag.partner] else { return false }
            performed = known
        } else {
            performed = nil
        }
        return subjects.contains { subject in
            subject.checklist == flag.checklist && subject.id == flag.item && subject.kinds.contains(flag.kind)
                && (performed.map { performed in subject.functions.map { !performed.isDisjoint(with: $0) } ?? true } ?? true)
        }
    }
}

extension ItemSlots {
    /// What may be flagged of the items. Customers are compared with nothing but what was agreed.
    package var askedFlags: [AskedFlags.Subject] {
        slots.map { slot in
            let item = slot.description
            var kinds: Set<Flag.Kind> = item.unit == .record ? [.peer, .within, .drift] : []
            if item.level != .advisory { kinds.insert(.evidence) }
            if item.target != nil { kinds.insert(.standard) }
            return AskedFlags.Subject(checklist: item.checklist, id: item.id, functions: slot.functions, kinds: kinds)
        }
    }
}

extension MeasureDescription {
    /// What may be flagged of the measure.
    package var askedFlags: AskedFlags.Subject {
        AskedFlags.Subject(
            checklist: checklist, id: id, functions: function.map { [$0] }, kinds: isRoute ? [.path] : [.peer, .within, .drift])
    }
}
