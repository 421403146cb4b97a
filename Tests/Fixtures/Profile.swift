/// How a partner works: how often, in per mille, each thing goes wrong. The demo's inconsistencies are planted here.
struct Profile {
    let partner: String
    let escalations: Int
    let implementations: Int
    let firstNumber: Int
    let customers: [DemoCustomer]
    let people: [Person]
    /// Whether its system records that reviews are put on the calendar.
    var recordsReviews = true
    /// An export without seconds cannot tell two events of one minute apart.
    var wholeMinutes = false

    // Escalations
    var lateAcknowledgement = 20
    /// The same for S1 and S2 at customers of the tier `growth`, the smaller ones.
    var lateAcknowledgementSmall = 20
    var lateLead = 25
    var silence = 40
    var lateResolution = 50
    var reasonMissing = 20
    var handover = 200
    var pingPong = 80
    var reopened = 40
    var closedUnconfirmed = 30
    var severityLowered = 20
    var askedThrice = 30
    var reviewMissing = 80
    var keyNotCalled = 60

    // Implementations
    var handedOverLate = 40
    var lateKickOff = 60
    var scopeUnsigned = 20
    var acceptanceUnsigned = 30
    var untrained = 40
    var projectSilence = 50
    var notIntroduced = 60
    var sponsorMissing = 50
    var slow = 60
    var signOffMissing = 20
    var supportMissing = 40
    var projectReviewMissing = 80
    var sponsorNotMet = 50
}

/// The demo's three partners. Northwind is good, not perfect; the other two have planted weaknesses.
enum Network {
    static let start = Moment(2026, 1, 5)
    static let asOf = Moment(2026, 11, 1)

    static var profiles: [Profile] {
        [northwind, kestrel, tasman]
    }

    private static var northwind: Profile {
        Profile(
            partner: "northwind", escalations: 160, implementations: 52, firstNumber: 41_007,
            customers: customers(
                [
                    ("alder-foods", "Alder Foods", "key", "phone"), ("brightwater", "Brightwater Utilities", "key", "phone"),
                    ("calder-steel", "Calder Steel", "growth", "email"), ("dunmore", "Dunmore & Sons", "growth", "email"),
                    ("eastgate", "Eastgate Clinics", "core", "portal"), ("fairmile", "Fairmile Logistics", "core", "phone"),
                    ("garnet", "Garnet Insurance", "core", "email"), ("holloway", "Holloway Schools", "growth", "portal"),
                ], region: "EMEA"),
            people: people(
                ["Dana Whitlock", "Imran Shah", "Lucy Brandt", "Tom Okafor", "Sara Lindgren"], teams: ["Desk", "Engineering"]))
    }

    private static var kestrel: Profile {
        var profile = Profile(
            partner: "kestrel", escalations: 146, implementations: 66, firstNumber: 1_201,
            customers: customers(
                [
                    ("aubert", "Aubert Cosmétiques", "key", "phone"), ("brico-sud", "Brico Sud", "growth", "email"),
                    ("corvin", "Corvin Pharma", "key", "email"), ("delmas", "Delmas Transport", "growth", "email"),
                    ("etoile", "Étoile Hôtels", "growth", "phone"), ("forgeron", "Forgeron Industrie", "core", "portal"),
                    ("givry", "Givry Assurances", "core", "email"), ("hautmont", "Hautmont Énergie", "core", "portal"),
                    ("isola", "Isola Mode", "growth", "email"),
                ], region: "EMEA"),
            people: people(["Claire Moreau", "Julien Petit", "Nadia Benali", "Paul Girard"], teams: ["Support", "Produit"]))
        profile.recordsReviews = false
        profile.lateAcknowledgement = 50
        profile.lateAcknowledgementSmall = 620
        profile.signOffMissing = 340
        profile.silence = 90
        profile.lateKickOff = 120
        profile.notIntroduced = 250
        profile.projectReviewMissing = 200
        return profile
    }

    private static var tasman: Profile {
        var profile = Profile(
            partner: "tasman", escalations: 178, implementations: 0, firstNumber: 5_300,
            customers: customers(
                [
                    ("arafura", "Arafura Ports", "key", "phone"), ("banksia", "Banksia Health", "core", "email"),
                    ("coorong", "Coorong Wines", "growth", "email"), ("dandenong", "Dandenong Freight", "core", "portal"),
                    ("emu-plains", "Emu Plains Council", "growth", "phone"), ("fremantle", "Fremantle Marine", "key", "phone"),
                    ("goulburn", "Goulburn Dairy", "growth", "email"),
                ], region: "APAC"),
            people: people(
                ["Ava Nguyen", "Ben Carter", "Mia Rossi", "Jack Tran", "Zoe Wilson"], teams: ["Front desk", "Platform"]))
        profile.wholeMinutes = true
        profile.handover = 550
        profile.pingPong = 520
        profile.reopened = 210
        profile.reasonMissing = 280
        profile.closedUnconfirmed = 120
        profile.askedThrice = 100
        profile.lateAcknowledgement = 40
        profile.lateAcknowledgementSmall = 40
        return profile
    }

    private static func customers(_ rows: [(id: String, name: String, tier: String, channel: String)], region: String)
        -> [DemoCustomer]
    {
        rows.map { row in
            DemoCustomer(
                id: row.id, name: row.name, tier: row.tier, region: region, preferredChannel: row.channel,
                contact: Person(id: "c-\(row.id)", name: "\(row.name) service desk", party: .customer))
        }
    }

    /// Every other person is in the second team.
    private static func people(_ names: [String], teams: [String]) -> [Person] {
        names.enumerated().map { index, name in
            let first = name.split(separator: " ")[0].lowercased()
            return Person(id: first, name: name, party: .partner, team: teams[index % teams.count])
        }
    }
}
