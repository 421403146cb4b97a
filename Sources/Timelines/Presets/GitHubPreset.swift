extension Preset {
    static let github = Preset(
        name: "github",
        about: """
            GitHub: the issues of a repository with their timelines; labels 'sev1' to 'sev4' are severities, 'escalated' tells of \
            an escalation. Pull requests are of the kind 'pull_request', and no more is asked of them.
            """,
        url: """
            https://api.github.com/repos/OWNER/REPOSITORY/issues?state=all&per_page=100: the issues, closed ones too. On another \
            host the timelines lie below /api/v3: set children.timeline.url
            """,
        text: #"""
            format: json
            page: {link_header: true}
            records: 'body'
            children:
              timeline:
                url: '/repos/{it.repository_url.split("/")[it.repository_url.split("/").size() - 2]}/{it.repository_url.split("/")[it.repository_url.split("/").size() - 1]}/issues/{has(it.pull_request) ? optional.none() : optional.of(it.number)}/timeline?per_page=100'
                records: 'body'
                page: {link_header: true}
            map:
              id: 'string(it.number)'
              kind: 'has(it.pull_request) ? "pull_request" : "support"'
              opened: 'timestamp(it.created_at)'
              closed: 'it.?closed_at.optMap(t, timestamp(t))'
              updated: 'it.?updated_at.optMap(t, timestamp(t))'
              severity: 'it.labels.filter(l, l.name.matches("^sev[1-4]$")).map(l, l.name.replace("sev", "S"))[?0]'
              customer: {id: 'it.user.login'}
              owner: 'it.assignee.login'
              attributes:
                subject: 'it.title'
                status: 'it.state'
              events:
                - at: 'timestamp(it.created_at)'
                  activity: '"opened"'
                  actor: {id: 'it.user.login', party: '"customer"'}
                # The first comment of a member who did not open it.
                - at: >-
                    it.timeline.filter(t, t.event == "commented" && t.?author_association.orValue("NONE") in ["MEMBER", "OWNER", "COLLABORATOR"]
                    && !(t.?user.?login.hasValue() && t.?user.?login == it.?user.?login))[?0].optMap(t, timestamp(t.created_at))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                - for: [t in it.timeline]
                  when: 't.event == "labeled" && t.label.name in ["escalated", "escalation"]'
                  at: &when 'timestamp(t.created_at)'
                  activity: '"escalated"'
                  actor: &actor {id: 't.actor.login'}
                # Who was answered already wants an answer to the escalation, too.
                - for: [t in it.timeline]
                  when: >-
                    t.event == "labeled" && t.label.name in ["escalated", "escalation"]
                    && it.timeline.exists(u, u.event == "commented" && u.created_at <= t.created_at
                    && u.?author_association.orValue("NONE") in ["MEMBER", "OWNER", "COLLABORATOR"] && u.?user.?login != it.?user.?login)
                  at: >-
                    it.timeline.filter(u, u.event == "commented" && u.created_at > t.created_at
                    && u.?author_association.orValue("NONE") in ["MEMBER", "OWNER", "COLLABORATOR"]
                    && u.?user.?login != it.?user.?login)[?0].optMap(u, timestamp(u.created_at))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                # A lower severity is a larger number.
                - for: [t in it.timeline]
                  when: >-
                    t.event == "labeled" && t.label.name.matches("^sev[2-4]$")
                    && it.timeline.exists(u, u.event == "unlabeled" && u.created_at == t.created_at
                    && u.label.name.matches("^sev[1-4]$") && u.label.name < t.label.name)
                  at: *when
                  activity: '"severity_lowered"'
                  actor: *actor
                - for: [t in it.timeline]
                  # Who is named after another is, and takes over, leaves nobody behind.
                  when: >-
                    t.event == "assigned" || t.event == "unassigned" && cel.bind(named,
                    it.timeline.filter(u, u.event == "assigned" && u.created_at <= t.created_at),
                    named.size() == 0 || named[named.size() - 1].assignee.login == t.assignee.login)
                  at: *when
                  activity:
                    of: >-
                      t.event == "unassigned" ? "nobody"
                      : it.timeline.exists(u, u.event == "assigned" && u.created_at < t.created_at) ? "next" : "first"
                    table: {first: assigned, next: reassigned, nobody: unassigned}
                    otherwise: other
                  actor: *actor
                  attributes:
                    owner: 't.event == "assigned" ? optional.of(t.assignee.login) : optional.none()'
                - for: [t in it.timeline]
                  when: 't.event in ["closed", "reopened"]'
                  at: *when
                  activity: {of: 't.event', table: {closed: closed, reopened: reopened}, otherwise: other}
                  actor: *actor
                - for: [t in it.timeline]
                  when: 't.event == "commented"'
                  at: *when
                  activity: &side
                    of: >-
                      t.?author_association.orValue("NONE") in ["MEMBER", "OWNER", "COLLABORATOR"]
                      && !(t.?user.?login.hasValue() && t.?user.?login == it.?user.?login) ? "partner" : "customer"
                    table: {partner: customer_update, customer: customer_replied}
                    otherwise: other
                  actor:
                    id: 't.user.login'
                    party: >-
                      t.?author_association.orValue("NONE") in ["MEMBER", "OWNER", "COLLABORATOR"]
                      && !(t.?user.?login.hasValue() && t.?user.?login == it.?user.?login) ? "partner" : "customer"
                  text: 't.body'
            """#)
}
